"""PURE. The kernel's names of keys (linux/input-event-codes.h, without `KEY_`) and their codes."""

import difflib

from edge.errors import ConfigError

_TABLE = """
    ESC=1 1=2 2=3 3=4 4=5 5=6 6=7 7=8 8=9 9=10 0=11 MINUS=12 EQUAL=13 BACKSPACE=14 TAB=15 Q=16 W=17 E=18
    R=19 T=20 Y=21 U=22 I=23 O=24 P=25 LEFTBRACE=26 RIGHTBRACE=27 ENTER=28 LEFTCTRL=29 A=30 S=31 D=32 F=33
    G=34 H=35 J=36 K=37 L=38 SEMICOLON=39 APOSTROPHE=40 GRAVE=41 LEFTSHIFT=42 BACKSLASH=43 Z=44 X=45 C=46
    V=47 B=48 N=49 M=50 COMMA=51 DOT=52 SLASH=53 RIGHTSHIFT=54 KPASTERISK=55 LEFTALT=56 SPACE=57 CAPSLOCK=58
    F1=59 F2=60 F3=61 F4=62 F5=63 F6=64 F7=65 F8=66 F9=67 F10=68 NUMLOCK=69 SCROLLLOCK=70 KP7=71 KP8=72
    KP9=73 KPMINUS=74 KP4=75 KP5=76 KP6=77 KPPLUS=78 KP1=79 KP2=80 KP3=81 KP0=82 KPDOT=83 F11=87 F12=88
    KPJPCOMMA=95 KPENTER=96 RIGHTCTRL=97 KPSLASH=98 SYSRQ=99 RIGHTALT=100 HOME=102 UP=103 PAGEUP=104
    LEFT=105 RIGHT=106 END=107 DOWN=108 PAGEDOWN=109 INSERT=110 DELETE=111 KPEQUAL=117 KPPLUSMINUS=118
    PAUSE=119 KPCOMMA=121 LEFTMETA=125 RIGHTMETA=126 CALC=140 MAIL=155 BACK=158 HOMEPAGE=172 KPLEFTPAREN=179
    KPRIGHTPAREN=180 F13=183 F14=184 F15=185 F16=186 F17=187 F18=188 F19=189 F20=190 F21=191 F22=192 F23=193
    F24=194
"""

CODES: dict[str, int] = {name: int(code) for name, code in (pair.split("=") for pair in _TABLE.split())}
_HIGHEST = 0x2FF


def code(name: str, field: str) -> int:
    """The code of `KP1`, `KEY_KP1`, or of a number that is no key's name. Raises ConfigError."""
    plain = name.removeprefix("KEY_").upper()
    if plain in CODES:
        return CODES[plain]
    if plain.isdecimal() and 0 < int(plain) <= _HIGHEST:
        return int(plain)
    near = difflib.get_close_matches(plain, CODES, 1, 0.5)
    hint = f'did you mean "{near[0]}"?' if near else f"give its name, or its code up to {_HIGHEST}"
    raise ConfigError(f'{field}: "{name}" is no key; {hint}', field)
