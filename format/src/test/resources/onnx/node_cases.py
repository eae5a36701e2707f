"""Writes node-cases.zip: the ONNX project's node cases that count and have less than 4 kB.

    mkdir -p cases/node
    /usr/bin/python3 /usr/lib/python3/dist-packages/onnx/backend/test/cmd_tools.py generate-data -o cases
    bench/onnx/run cases/node > log
    /usr/bin/python3 node_cases.py cases/node log
"""
import os
import sys
import zipfile

base, log = sys.argv[1:]
lines = [line.split(None, 1) for line in open(log) if line.startswith(("PASS", "FAIL", "UNSUPPORTED"))]
names = sorted(rest.split(":")[0].strip() for _, rest in lines if "does not count" not in rest)
with zipfile.ZipFile("node-cases.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as out:
    for name in names:
        files = sorted(os.path.join(at, f) for at, _, found in os.walk(os.path.join(base, name)) for f in found)
        if sum(map(os.path.getsize, files)) > 4000:
            continue
        for file in files:
            entry = zipfile.ZipInfo(os.path.relpath(file, base), (2026, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            with open(file, "rb") as content:
                out.writestr(entry, content.read())
