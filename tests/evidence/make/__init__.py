"""The generator of the evidence fixtures, started by `make.py` beside it.

`values`    planted values and their encodings        `table`   the table of expected observations
`har`       captures                                  `meta`, `google`, `vendors`, `unknown`, `traps`, `walks`: what is captured
`tagmanager`, `code`, `flows`: all other kinds     `canaries` persona.yaml and canaries.txt
"""

import importlib

MODULES = ["meta", "google", "vendors", "unknown", "traps", "walks", "tagmanager", "code", "flows"]


def collect():
    """All files, name -> content, with `index.tsv` naming them."""
    files, index = {}, []
    for name in MODULES:
        module = importlib.import_module(f"{__name__}.{name}")
        for fixture in module.fixtures():
            assert fixture.file not in files, fixture.file
            files[fixture.file] = fixture.text()
            expected = fixture.name + (".refused" if fixture.refused else ".tsv")
            assert expected not in files, expected
            files[expected] = fixture.refused or fixture.table.text()
            index.append("\t".join([fixture.file, fixture.kind, fixture.site, expected, fixture.about]))
    files["index.tsv"] = "\n".join(["file\tkind\tsite\texpected\tabout", *sorted(index, key=str.encode)]) + "\n"
    return files
