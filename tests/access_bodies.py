"""What is posted to the API where it takes more than an empty document, to see who may."""

BODIES = {
    "api:tickets": {"subject": "Hello", "text": "Hello"},
    "api:replies": {"text": "Hello"},
    "api:notes": {"text": "Hello"},
    "api:forwards": {"text": "Hello", "to": ["other@shop.example"]},
    "api:participants": {"email": "other@shop.example"},
    "api:watchers": {"person": 1},
    "api:links": {"ticket": 1, "kind": "related"},
    "api:merging": {"into": 1},
    "api:customers": {"name": "Nina", "email": "nina@shop.example"},
    "api:contact_points": {"kind": "phone", "value": "+49 30 1234567"},
    "api:organisations": {"name": "New"},
    "api:customer_notes": {"text": "Hello"},
    "api:organisation_notes": {"text": "Hello"},
    "api:webhooks": {"name": "CRM", "url": "https://crm.example/", "events": ["ticket.created"]},
}
