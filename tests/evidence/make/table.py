"""The table of expected observations of one piece of evidence."""

HEADER = "recipient\thost\tfield\tcategory\tform\tstrength\tfeature\titem"


class Table:
    def __init__(self):
        self.rows = set()

    def add(self, recipient, host, rows):
        """Rows are (field, category, form, strength, feature, item)."""
        for row in rows:
            assert len(row) == 6, row
            self.rows.add((recipient, host, *row))

    def implied(self, recipient, host, referer):
        """What every request shows to the host that gets it."""
        shown = [("ip", "online.ip"), ("user-agent", "online.user-agent")] + ([("referer", "behaviour.pages")] if referer else [])
        for field, category in shown:
            self.rows.add((recipient, host, field, category, "implied", "implied", "-", "-"))

    def text(self):
        lines = ["\t".join(row) for row in self.rows]
        assert all(line.count("\t") == HEADER.count("\t") and "\n" not in line for line in lines), lines
        return "\n".join([HEADER, *sorted(lines, key=str.encode)]) + "\n"


class Fixture:
    """A piece of evidence that is not a capture: its text, its table, or the words of its refusal."""

    def __init__(self, name, file, kind, about, text, table=None, refused=None, site="-"):
        self.name, self.file, self.kind, self.about, self.site = name, file, kind, about, site
        self.table, self.refused, self._text = table or Table(), refused, text

    def text(self):
        return self._text
