"""Who is who: customers by card, code or number, clerks by PIN or badge. A full number is never kept here."""
