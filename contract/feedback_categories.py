"""What people speak of when they ask, praise or complain: one list for every hall and the centre (feedback.categories).

Source: the classes of opinions and suggestions, 态度 to 其他, that the hall's service process sorts by.
"""

from contract.catalogue import Text

CATEGORIES: dict[str, Text] = {
    "attitude": {"zh": "态度", "en": "Attitude"},
    "efficiency": {"zh": "效率", "en": "Efficiency"},
    "process": {"zh": "流程", "en": "Process"},
    "environment": {"zh": "环境", "en": "Surroundings"},
    "equipment": {"zh": "设备", "en": "Equipment"},
    "policy": {"zh": "政策", "en": "Policy"},
    "other": {"zh": "其他", "en": "Other"},
}
"""Id to name."""
