"""Values planted in the captures, and their encodings.

A planted value is a `V`: text that remembers whose item it is, whether it is a digest, and whether it is a digest of nothing.
The tables of expected observations are written from these marks, never by reading a capture back.
"""

import base64
import gzip
import hashlib
import json
import struct
import urllib.parse
import zlib


class V(str):
    """Text with marks: `item` (as `customer.email`), `digest` (a hash), `nothing` (a hash of an empty or placeholder value)."""

    item = None
    digest = False
    nothing = False

    def __new__(cls, text, item=None, digest=False, nothing=False):
        self = super().__new__(cls, text)
        self.item, self.digest, self.nothing = item, digest, nothing
        return self


def like(text, value, digest=None):
    """`text` with the marks of `value`, of which it is another writing."""
    return V(text, getattr(value, "item", None), getattr(value, "digest", False) if digest is None else digest)


# The test persona. No value can belong to a person: the domain is reserved, the telephone number is one of those the Swedish
# authority keeps for fiction, the personal number is a test number of the Swedish tax agency, and a Gmail address has no underscore.
# Names share no letters in a row with the addresses, so that a name is never found inside an address.
PERSONA = {
    "customer": {
        "email": "Provperson.7713@post.example",
        "phone": "+46 70 174 06 35",
        "personnummer": "19811218-9876",
        "first_name": "Kanariella",
        "last_name": "Fågelqvist",
        "customer_number": "K-90417733",
    },
    "prospect": {"email": "Nya_Brev.Hit+Kampanj@gmail.com"},
}


def persona(subject, field):
    return V(PERSONA[subject][field], f"{subject}.{field}")


EMAIL = persona("customer", "email")
PHONE = persona("customer", "phone")
NUMBER = persona("customer", "personnummer")
FIRST = persona("customer", "first_name")
LAST = persona("customer", "last_name")
CUSTOMER = persona("customer", "customer_number")
GMAIL = persona("prospect", "email")

# Each value as tags write it before they send or hash it.
EMAIL_LOWER = like(EMAIL.lower(), EMAIL)
PHONE_E164 = like("+46701740635", PHONE)
PHONE_DIGITS = like("46701740635", PHONE)
NUMBER_12 = like("198112189876", NUMBER)
NUMBER_10 = like("8112189876", NUMBER)
NUMBER_10_DASH = like("811218-9876", NUMBER)
FIRST_LOWER = like(FIRST.lower(), FIRST)
LAST_LOWER = like(LAST.lower(), LAST)
CUSTOMER_LOWER = like(CUSTOMER.lower(), CUSTOMER)
GMAIL_LOWER = like(GMAIL.lower(), GMAIL)
GMAIL_NO_DOTS = like("nya_brevhit+kampanj@gmail.com", GMAIL)
GMAIL_NO_PLUS = like("nya_brev.hit@gmail.com", GMAIL)
GMAIL_BARE = like("nya_brevhit@gmail.com", GMAIL)

VARIANTS = [
    EMAIL, EMAIL_LOWER, PHONE, PHONE_E164, PHONE_DIGITS, NUMBER, NUMBER_12, NUMBER_10, NUMBER_10_DASH, FIRST, FIRST_LOWER,
    LAST, LAST_LOWER, CUSTOMER, CUSTOMER_LOWER, GMAIL, GMAIL_LOWER, GMAIL_NO_DOTS, GMAIL_NO_PLUS, GMAIL_BARE,
]

# What a tag hashes when it has nothing to hash.
NOTHING = ["", "1", "undefined", "null", "test"]


def hexdigest(value, algorithm="sha256"):
    text = hashlib.new(algorithm, value.encode()).hexdigest()
    return V(text, getattr(value, "item", None), True, value in NOTHING)


def upper(value):
    return like(value.upper(), value)


def sha256(value):
    return hexdigest(value, "sha256")


def sha256_base64url(value):
    """The 32 bytes of the digest in base64url, as Google's tags send them (43 characters, no padding)."""
    raw = hashlib.sha256(value.encode()).digest()
    return V(base64.urlsafe_b64encode(raw).decode().rstrip("="), getattr(value, "item", None), True, value in NOTHING)


def quote(text, times=1):
    """Percent-encoded as `encodeURIComponent` does it, `times` over."""
    result = text
    for _ in range(times):
        result = urllib.parse.quote(result, safe="-_.!~*'()")
    return like(result, text)


def b64(text):
    return like(base64.b64encode(text.encode()).decode(), text)


def b64url(text):
    return like(base64.urlsafe_b64encode(text.encode()).decode().rstrip("="), text)


def gzipped(text):
    """Gzip with a fixed header (no time, unknown system), so that the bytes do not change from run to run."""
    data = text.encode()
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(data) + packer.flush()
    result = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff" + packed + struct.pack("<II", zlib.crc32(data), len(data) & 0xFFFFFFFF)
    assert gzip.decompress(result) == data
    return result


def b64_gzip(text):
    return base64.b64encode(gzipped(text)).decode()


def writings(value):
    """Every encoding of one planted text in which it may never appear in an output."""
    yield str(value)
    for times in range(1, 5):
        yield str(quote(value, times))
    yield quote(value).replace("%C3%A5", "%c3%a5")
    yield json.dumps(value)[1:-1]
    yield str(b64(value))
    yield str(b64url(value))
    if not getattr(value, "digest", False):
        for algorithm in ("md5", "sha1", "sha256"):
            digest = hexdigest(value, algorithm)
            yield from (str(digest), str(upper(digest)))
        yield str(sha256_base64url(value))
