"""Captures in the HAR format, each with the observations it must give.

    capture = Capture("name", "what it shows", "https://www.shop.example/page")
    capture.to("meta", "https://www.facebook.com/tr/", feature="pixel", query=[P("dl", capture.page, "behaviour.pages")])

The parameter's category and feature are stated where the parameter is written, so the table follows from the same line.
"""

import json
import urllib.parse

from .table import Table

AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/145.0.0.0 Safari/537.36"

# Whether a first-party host that a signature recognises (a proxy, an alias of the vendor's host) also gives the implied rows.
IMPLIED_ON_FIRST_PARTY = True


def leaf(field, value, category, feature, default):
    """The row of one parameter, or none: an empty value, a digest of nothing, a parameter that nothing is known of."""
    if value is None or value == "" or getattr(value, "nothing", False):
        return []
    item = getattr(value, "item", None)
    if category is None and item is None:
        return []
    form = "pseudonymised" if getattr(value, "digest", False) else "plain"
    return [(field, category or "-", form, "proven" if item else "named", feature or default or "-", item or "-")]


def walk(path, value, names, default):
    """The rows of a JSON value: members joined with a dot, indexes left out. `names` is path -> category or (category, feature)."""
    if isinstance(value, dict):
        return [row for key, member in value.items() for row in walk(f"{path}.{key}" if path else key, member, names, default)]
    if isinstance(value, list):
        return [row for member in value for row in walk(path, member, names, default)]
    known = names.get(path)
    category, feature = known if isinstance(known, tuple) else (known, None)
    return leaf(path, value, category, feature, default)


class P:
    """A parameter of a query or a form. `raw` is the value as it stands on the wire when that is not one percent-encoding of it;
    `inside` is a list of (member, value, category, feature) to expect in place of the value."""

    def __init__(self, name, value, category=None, feature=None, raw=None, inside=None, json_inside=None, names=None):
        self.name, self.value, self.category, self.feature = name, value, category, feature
        self.raw, self.inside, self.json_inside, self.names = raw, inside, json_inside, names or {}

    def wire(self):
        value = self.raw if self.raw is not None else urllib.parse.quote(str(self.value), safe="-_.!~*'()")
        return f"{urllib.parse.quote(self.name, safe='-_.!~*()$')}={value}"

    def rows(self, default, prefix=""):
        name = prefix + self.name
        if self.json_inside is not None:
            names = {f"{name}.{key}" if key else name: known for key, known in self.names.items()}
            return walk(name, self.json_inside, names, default)
        if self.inside is not None:
            return [row for member, value, category, feature in self.inside for row in leaf(f"{name}.{member}", value, category, feature, default)]
        return leaf(name, self.value, self.category, self.feature, default)


def wire(parameters):
    return "&".join(p.wire() for p in parameters)


class Form:
    """A body of `k=v` pairs."""

    def __init__(self, parameters, mime="application/x-www-form-urlencoded"):
        self.parameters, self.mime, self.encoding, self.params = parameters, mime, None, None
        self.text = wire(parameters)

    def rows(self, default):
        return [row for p in self.parameters for row in p.rows(default)]


class Lines(Form):
    """A batch: one query string a line."""

    def __init__(self, lines, mime="text/plain;charset=UTF-8"):
        super().__init__([p for line in lines for p in line], mime)
        self.text = "\r\n".join(wire(line) for line in lines)


class Json:
    """A body of JSON. `pack` turns the text into what is on the wire."""

    def __init__(self, value, names=None, mime="application/json", pack=None, encoding=None):
        self.value, self.names, self.mime, self.encoding, self.params = value, names or {}, mime, encoding, None
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        self.text = pack(text) if pack else text

    def rows(self, default):
        return walk("", self.value, self.names, default)


class Raw:
    """A body given as text, with the (field, value, category, feature) to expect in it."""

    def __init__(self, text, expected=(), mime=None, encoding=None):
        self.text, self.expected, self.mime, self.encoding, self.params = text, expected, mime, encoding, None

    def rows(self, default):
        return [row for field, value, category, feature in self.expected for row in leaf(field, value, category, feature, default)]


class Multipart:
    """A multipart body: parts are (name, text or Json)."""

    def __init__(self, parts, boundary="----WebKitFormBoundary7MA4YWxkTrZu0gW"):
        self.parts, self.mime, self.encoding, self.params = parts, f"multipart/form-data; boundary={boundary}", None, None
        lines = []
        for name, part in parts:
            lines += [f"--{boundary}", f'Content-Disposition: form-data; name="{name}"', "", part.text if isinstance(part, Json) else part]
        self.text = "\r\n".join(lines + [f"--{boundary}--", ""])

    def rows(self, default):
        result = []
        for name, part in self.parts:
            if isinstance(part, Json):
                names = {f"{name}.{path}": known for path, known in part.names.items()}
                result += walk(name, part.value, names, default)
            else:
                result += leaf(name, part, None, None, default)
        return result


class Capture:
    """One HAR file and its table."""

    def __init__(self, name, about, page, site=None):
        self.name, self.about, self.page = name, about, page
        self.file, self.kind, self.refused = f"{name}.har", "har", None
        self.host = urllib.parse.urlsplit(page).hostname
        self.site = site or ".".join(self.host.split(".")[-2:])
        self.entries, self.table, self.version, self.bom, self.minimal = [], Table(), "1.2", False, False
        self.document(page)

    def document(self, url=None, **more):
        """A page of the site itself."""
        if url:
            self.page = url
        self._entry("GET", self.page, referer=False, kind="document", mime="text/html", **more)

    def own(self, method, url, body=None, **more):
        """A request to the site itself: no flow."""
        self._entry(method, url, body=body, **more)

    def to(self, recipient, url, query=(), body=None, feature=None, referer=True, path=(), method=None, third=None, **more):
        """A request to somebody else."""
        url += "".join(f";{p.wire()}" for p in path)
        if query:
            url += ("&" if "?" in url else "?") + wire(query)
        host = urllib.parse.urlsplit(url).hostname.rstrip(".")
        for p in [*path, *query]:
            self.table.add(recipient, host, p.rows(feature))
        if body:
            self.table.add(recipient, host, body.rows(feature))
        first = host == self.site or host.endswith("." + self.site)
        if not first or IMPLIED_ON_FIRST_PARTY:
            self.table.implied(recipient, host, bool(referer))
        self._entry(method or ("POST" if body else "GET"), url, body=body, referer=referer, **more)

    def expect(self, recipient, host, field, category="-", form="plain", strength="proven", feature="-", item="-"):
        """A row that no parameter states."""
        self.table.add(recipient, host, [(field, category, form, strength, feature, item)])

    def _entry(self, method, url, body=None, referer=True, headers=(), kind=None, mime=None, status=200, redirect="", content=None, extra=None, post=None):
        if self.minimal:
            self.entries.append({"request": {"url": url}})
            return
        number = len(self.entries)
        sent = [("Host", urllib.parse.urlsplit(url).netloc), ("User-Agent", AGENT), ("Accept-Language", "sv-SE,sv;q=0.9")]
        if referer is True:
            sent.append(("Referer", f"https://{self.host}/"))
        elif referer:
            sent.append(("Referer", str(referer)))
        sent += list(headers)
        # Like a browser: names and values once decoded. An importer reads the URL itself.
        pairs = [pair.partition("=")[::2] for pair in urllib.parse.urlsplit(url).query.split("&") if pair]
        request = {
            "method": method,
            "url": url,
            "httpVersion": "h2" if self.version == "1.2" else "HTTP/1.1",
            "headers": [{"name": name, "value": str(value)} for name, value in sent],
            "queryString": [{"name": urllib.parse.unquote(k), "value": urllib.parse.unquote(v)} for k, v in pairs],
            "cookies": [],
            "headersSize": -1,
            "bodySize": len(body.text.encode()) if body else 0,
        }
        if body:
            request["postData"] = {"text": body.text}
            if body.mime is not None:
                request["postData"]["mimeType"] = body.mime
                request["headers"].append({"name": "Content-Type", "value": body.mime})
            if body.encoding:
                request["postData"]["encoding"] = body.encoding
        if post is not None:
            request["postData"] = post
        entry = {
            "pageref": "page_1",
            "startedDateTime": f"2026-03-02T09:{number // 60:02}:{number % 60:02}.000Z",
            "time": 12.5,
            "request": request,
            "response": {
                "status": status,
                "statusText": "",
                "httpVersion": request["httpVersion"],
                "headers": [{"name": "Location", "value": redirect}] if redirect else [],
                "cookies": [],
                "content": content or {"size": 0, "mimeType": mime or "image/gif"},
                "redirectURL": redirect,
                "headersSize": -1,
                "bodySize": -1,
            },
            "cache": {},
            "timings": {"send": 0.5, "wait": 11, "receive": 1},
        }
        if kind:
            entry["_resourceType"] = kind
        entry.update(extra or {})
        self.entries.append(entry)

    def text(self):
        if self.minimal:
            log = {"entries": self.entries}
        else:
            title = self.entries[0]["request"]["url"] if self.entries else self.page
            log = {
                "version": self.version,
                "creator": {"name": "fixture", "version": "1"},
                "comment": self.about,
                "pages": [{"id": "page_1", "startedDateTime": "2026-03-02T09:00:00.000Z", "title": title, "pageTimings": {}}],
                "entries": self.entries,
            }
        text = json.dumps({"log": log}, ensure_ascii=False, indent=1) + "\n"
        return ("\ufeff" if self.bom else "") + text
