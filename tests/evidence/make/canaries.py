"""The persona file, and the list of texts that no output may hold."""

import json

from .values import PERSONA, VARIANTS, writings

# Values that are no persona's and must not be printed either: tokens, other people's addresses, cookie ids, what was
# bought or asked for. Filled by `secret`.
SECRETS = {"fackmedlem", "84 310 kr", "450 000 kr", "Graviditetstest"}


def secret(text):
    """Marks a text as one that no output may hold."""
    SECRETS.add(str(text))
    return text


def persona_yaml():
    lines = ["# The test persona of the captures. No value can belong to a person: see make/values.py."]
    for subject, fields in PERSONA.items():
        lines.append(f"{subject}:")
        lines += [f"  {field}: {json.dumps(value, ensure_ascii=False)}" for field, value in fields.items()]
    return "\n".join(lines) + "\n"


def canaries_txt():
    """Every planted text in every encoding, one a line, and only such as are of some length."""
    texts = set(SECRETS)
    for value in VARIANTS:
        texts.update(writings(value))
    assert all(len(text) >= 8 and "\n" not in text for text in texts), [t for t in texts if len(t) < 8]
    return "\n".join(sorted(texts, key=str.encode)) + "\n"
