"""Writes identifiers.tsv: kind, text, `valid` or `invalid`, with python-stdnum 2.2 as the judge.

    python3 -m venv venv && venv/bin/pip install python-stdnum==2.2 && venv/bin/python identifiers.py > identifiers.tsv

The texts are made up. A near miss is a valid text with one character changed, lost, added or
swapped with the next, which the judge then refuses. Where the program holds another rule on
purpose, or stdnum has none (NINO, issuers of cards, e-mail), the judge here says so.
"""

import datetime
import random
import re

from stdnum import iban, luhn
from stdnum.be import nn
from stdnum.ch import ssn
from stdnum.de import idnr
from stdnum.dk import cpr
from stdnum.es import dni, nie
from stdnum.fi import hetu
from stdnum.fr import nir
from stdnum.gb import nhs
from stdnum.it import codicefiscale
from stdnum.nl import bsn
from stdnum.no import fodselsnummer
from stdnum.pl import pesel
from stdnum.se import personnummer



class Date(datetime.date):
    """The program has no clock, a birth to come is nothing to it: for the judge it is the end of 2099."""

    @classmethod
    def today(cls):
        return cls(2099, 12, 31)


datetime.date = Date

EACH = 60
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
rng = random.Random(1)


def some(count, of="0123456789"):
    return "".join(rng.choice(of) for _ in range(count))


def number(first, last):
    return "%02d" % rng.randint(first, last)


def shape(text):
    return re.sub("[A-Z]", "A", re.sub("[0-9]", "0", text))


def shapes(*allowed):
    """The program reads the usual separators only, stdnum reads any."""
    return lambda text: shape(text.upper()) in allowed


def both(*judges):
    return lambda text: all(judge(text) for judge in judges)


def swedish():
    """Serials from 980, which the tax agency uses for tests."""
    year, month, day = number(6, 99), number(1, 12), rng.randint(1, 28) + rng.choice([0, 60])
    body = "%s%s%02d98%s" % (year, month, day, some(1))
    body += luhn.calc_check_digit(body)
    full = rng.choice(["19", "20"]) + body
    return rng.choice([body, body[:6] + "-" + body[6:], body[:6] + "+" + body[6:], full, full[:8] + "-" + full[8:]])


def is_swedish(text):
    """stdnum knows no coordination numbers: here the check is of the number, the date without the 60."""
    if not re.fullmatch(r"\d{6}[-+]?\d{4}|(19|20)\d{6}-?\d{4}", text):
        return False
    digits = re.sub(r"\D", "", text)[-10:]
    if digits[4] < "6":
        return personnummer.is_valid(text)
    plain = text.replace(digits[:6], digits[:4] + str(int(digits[4]) - 6) + digits[5], 1)
    return luhn.is_valid(digits) and any(personnummer.is_valid(plain[:-1] + last) for last in "0123456789")


def finnish():
    text = number(1, 28) + number(1, 12) + number(0, 99)
    serial = "%03d" % rng.randint(2, 899)
    sign = rng.choice("+-YXWVUABCDEF")
    return text + sign + serial + "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(text + serial) % 31]


def norwegian():
    day = rng.randint(1, 28) + rng.choice([0, 0, 40])
    text = "%02d%s%s" % (day, number(1, 12), number(0, 99)) + "%03d" % rng.randint(0, 499)
    text += fodselsnummer.calc_check_digit1(text)
    text += fodselsnummer.calc_check_digit2(text)
    return text[:6] + rng.choice(["", " "]) + text[6:]


def danish():
    return number(1, 28) + number(1, 12) + number(0, 99) + rng.choice(["", "-"]) + rng.choice("0123") + some(3)


def french():
    place = rng.choice([number(1, 95), number(1, 95), "2A", "2B"])
    text = rng.choice("12") + number(0, 99) + number(1, 12) + place + some(6)
    text += nir.calc_check_digits(text)
    return rng.choice([text, nir.format(text)])


def german():
    text = some(11)
    return rng.choice([text, idnr.format(text)])


def dutch():
    text = some(9)
    return rng.choice([text, bsn.format(text), text[1:]])


def belgian():
    text = number(0, 99) + number(0, 12) + number(0, 31) + some(3)
    text += "%02d" % (97 - int(rng.choice(["2", ""]) + text) % 97)
    return rng.choice([text, nn.format(text)])


def is_belgian(text):
    return nn.is_valid(text) and int(re.sub(r"\D", "", text)[4:6]) <= 31


def spanish():
    text = some(8)
    return text + rng.choice(["", "-"]) + dni.calc_check_digit(text)


def foreign():
    text = rng.choice("XYZ") + some(7)
    return rng.choice([text + nie.calc_check_digit(text), "%s-%s-%s" % (text[0], text[1:], nie.calc_check_digit(text))])


def italian():
    day = rng.randint(1, 28) + rng.choice([0, 40])
    text = some(6, LETTERS) + number(0, 99) + rng.choice("ABCDEHLMPRST") + "%02d" % day + some(1, LETTERS) + some(3)
    places = [at for at in (6, 7, 9, 10, 12, 13, 14) if rng.random() < 0.1]
    text = "".join("LMNPQRSTUV"[int(it)] if at in places else it for at, it in enumerate(text))
    text += codicefiscale.calc_check_digit(text)
    return rng.choice([text, text, text.lower()])


def polish():
    text = number(0, 99) + "%02d" % (rng.randint(1, 12) + rng.choice([0, 20, 80])) + number(1, 28) + some(4)
    return text + pesel.calc_check_digit(text)


def health():
    text = some(10)
    return rng.choice([text, nhs.format(text), nhs.format(text, "-")])


def insurance():
    text = some(2, LETTERS) + some(6) + rng.choice("ABCD")
    return rng.choice([text, " ".join([text[:2], text[2:4], text[4:6], text[6:8], text[8]])])


def is_insurance(text):
    text = text.replace(" ", "")
    return bool(re.fullmatch(r"(?!BG|GB|KN|NK|NT|TN|ZZ)[^DFIQUV\W\d][^DFIOQUV\W\d]\d{6}[A-D]", text))


def swiss():
    text = "756" + some(10)
    return rng.choice([text, ssn.format(text)])


BANKS = ["SE3n17n", "DE8n10n", "FR10n11c2n", "GB4a14n", "NL4a10n", "BE12n", "CH5n12c", "IT1a10n12c", "PL24n", "NO11n", "FI14n", "MT4a5n18c"]


def account():
    bank = rng.choice(BANKS)
    parts = re.findall(r"(\d+)([nac])", bank[2:])
    text = "".join(some(int(n), {"n": "0123456789", "a": LETTERS, "c": "0123456789" + LETTERS}[of]) for n, of in parts)
    text = bank[:2] + iban.calc_check_digits(bank[:2] + "00" + text) + text
    return rng.choice([text, iban.format(text), text.lower()])


def is_account(text):
    """How a country divides the number and further checks it is not the program's business."""
    return iban.is_valid(text, check_country=False) and 2 <= int(re.sub(r"\W", "", text)[2:4]) <= 98


CARDS = [("4", 16), ("4", 13), ("51", 16), ("2221", 16), ("2720", 16), ("34", 15), ("37", 15), ("6011", 16), ("65", 16), ("3528", 16), ("36", 14)]
CARDS += [("62", 16), ("62", 19), ("6759", 16), ("5018", 12), ("5019", 16), ("2204", 16)]
# Without an issuer, or not as long as its numbers are.
STRANGERS = [("1", 16), ("9", 16), ("2220", 16), ("2721", 16), ("4", 14), ("51", 15), ("34", 16), ("33", 16), ("0", 13)]


def card(kinds):
    first, length = rng.choice(kinds)
    text = first + some(length - 1 - len(first))
    text += luhn.calc_check_digit(text)
    fours = [text[at : at + 4] for at in range(0, length, 4)]
    return rng.choice([text, " ".join(fours), "-".join(fours)]) if length == 16 else text


def is_card(text):
    text = re.sub("[ -]", "", text)
    return luhn.is_valid(text) and any(text.startswith(first) and len(text) == length for first, length in CARDS)


def address():
    people = ["anna", "o'hara", "first.last", "x", "a.b-c_d", "user+tag", "007", "ANNA"]
    places = ["example.com", "mail.example.co.uk", "a-b.se", "EXAMPLE.ORG", "x1.io", "example.museum", "sub.xn--exmple-cua.xn--p1ai", "3com.com"]
    return rng.choice(people) + rng.choice(["", some(2)]) + "@" + rng.choice(places)


ADDRESS = r"[\w+'&-]+(\.[\w+'&-]+)*@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+([a-z]{2,}|xn--[a-z0-9-]*[a-z0-9])"
NO_ADDRESS = """anna@example|anna.example.com|@example.com|anna@|anna@@example.com|.anna@example.com|anna.@example.com|an..na@example.com
anna@.com|anna@example..com|anna@-example.com|anna@example-.com|anna@example.c|anna@example.com.|anna@10.0.0.1|an na@example.com
anna@exam ple.com|mailto:anna@example.com|<anna@example.com>|anna@[10.0.0.1]|"anna"@example.com|anna@example.123|logo@2x.png|logo@3x.webp
react@18.2.0|lodash@4.17.21|@types/node@20.1|key@host:8080|https://key@o1.ingest.example.io/1|anna@example,com|anna@example_x.com
anna,bo@example.com|anna@bo@example.com|anna%40example.com|anna@example.com/x|anna@example.com?x=1|email=anna@example.com|anna(at)example.com
anna@example.c0m|anna#x@example.com|anna;bo@example.com|a@b|@|.@.|anna@.|anna@com|anna\\@example.com|anna@example.com>|git@github.com:x/y.git
anna@ex!ample.com|anna@example.com,|anna@example.com;bo@example.com|anna*@example.com|$anna@example.com|{anna}@example.com|anna@{host}.com
anna@%s.com|anna@localhost|user:pass@example.com|//cdn@example.com|anna@example.-com|anna@example.com-|an/na@example.com""".replace("\n", "|").split("|")

SCHEMES = {
    "se-personnummer": (swedish, is_swedish),
    "fi-hetu": (finnish, hetu.is_valid),
    "no-fodselsnummer": (norwegian, both(fodselsnummer.is_valid, shapes("0" * 11, "000000 00000"))),
    "dk-cpr": (danish, both(cpr.is_valid, shapes("0" * 10, "000000-0000"))),
    "fr-nir": (french, nir.is_valid),
    "de-idnr": (german, both(idnr.is_valid, shapes("0" * 11, "00 000 000 000"))),
    "nl-bsn": (dutch, both(bsn.is_valid, shapes("0" * 8, "0" * 9, "0000.00.000"))),
    "be-nn": (belgian, both(is_belgian, shapes("0" * 11, "00.00.00-000.00"))),
    "es-dni": (spanish, dni.is_valid),
    "es-nie": (foreign, nie.is_valid),
    "it-codice-fiscale": (italian, lambda text: len(text) == 16 and codicefiscale.is_valid(text)),
    "pl-pesel": (polish, pesel.is_valid),
    "gb-nhs": (health, nhs.is_valid),
    "gb-nino": (insurance, is_insurance),
    "ch-ahv": (swiss, ssn.is_valid),
    "iban": (account, is_account),
    "payment-card": (lambda: card(CARDS), is_card),
    "email": (address, lambda text: bool(re.fullmatch(ADDRESS, text, re.ASCII | re.IGNORECASE))),
}


def missed(text):
    at = rng.randrange(len(text))
    here = text[at]
    other = some(1) if here.isdigit() else some(1, LETTERS) if here.isalpha() else some(1, "/_.")
    swapped = text[:at] + text[at + 1 : at + 2] + here + text[at + 2 :]
    return rng.choice([text[:at] + other + text[at + 1 :]] * 4 + [text[:at] + text[at + 1 :], text[:at] + here + text[at:], swapped])


def fill(make, judge, wanted):
    found = []
    while len(found) < EACH:
        text = make()
        if text not in found and judge(text) == wanted and text == text.strip():
            found.append(text)
    return found


for kind, (make, judge) in SCHEMES.items():
    valid = fill(make, judge, True)
    if kind == "email":
        invalid = NO_ADDRESS
    else:
        invalid = fill(lambda: missed(rng.choice(valid)), judge, False)
    if kind == "payment-card":
        invalid[EACH // 2 :] = fill(lambda: card(STRANGERS), judge, False)[EACH // 2 :]
    for texts, verdict in ((valid, "valid"), (invalid, "invalid")):
        for text in texts:
            print(kind, text, verdict, sep="\t")
