"""Files that a handler of Python opens: paths made of what the request says, and paths that are not."""

from tests.support.gate_cases import Case

FASTAPI = "from typing import Any\nfrom fastapi import APIRouter, Body, Request\n\nrouter = APIRouter()\n\n"
FLASK = "from flask import Blueprint, request, jsonify\n\nbp = Blueprint('orders', __name__)\n\n"


def python(name: str, text: str, says: str = "") -> Case:
    return Case(name, "app/api.py", text, says=says)


BAD = [
    python(
        "a joined path",
        FASTAPI + "@router.get('/files/{name:path}')\ndef read(name: str):\n"
        "    return FileResponse(os.path.join(FOLDER, name))\n",
        "opens a path",
    ),
    python(
        "a path by slash, through a variable",
        FASTAPI + "@router.get('/files/{name:path}')\ndef read(name: str):\n    path = FOLDER / name\n"
        "    return path.read_text()\n",
        "opens a path",
    ),
    python(
        "a query's value",
        FASTAPI + "@app.get('/files')\ndef read(name: str):\n    return FileResponse(FOLDER / name)\n",
        "opens a path",
    ),
    python(
        "a formatted path",
        FLASK + "@bp.get('/export')\ndef export():\n    return send_file(f\"exports/{request.args['name']}\")\n",
        "opens a path",
    ),
    python(
        "an uploaded file's own name",
        FASTAPI + "@router.post('/files')\ndef save(file: UploadFile):\n"
        "    with open(os.path.join('uploads', file.filename), 'wb') as out:\n        out.write(b'')\n",
        "opens a path",
    ),
    python(
        "one segment, as advice",
        FASTAPI + "@router.get('/files/{name}')\ndef read(name: str):\n    return FileResponse(FOLDER / name)\n",
        "opens a path",
    ),
]
GOOD = [
    python(
        "a checked path",
        FASTAPI + "@router.get('/files/{name:path}')\ndef read(name: str):\n    path = (FOLDER / name).resolve()\n"
        "    if not path.is_relative_to(FOLDER):\n        raise HTTPException(404)\n    return FileResponse(path)\n",
    ),
    python(
        "secure_filename",
        FLASK + "@bp.get('/export')\ndef export():\n    name = secure_filename(request.args['name'])\n"
        "    return send_file(os.path.join('exports', name))\n",
    ),
    python(
        "a number",
        FASTAPI + "@router.get('/files/{key}')\ndef read(key: int):\n    return FileResponse(f'exports/{key}.csv')\n",
    ),
    python(
        "an upload's suffix only",
        FASTAPI + "@router.post('/files')\nasync def save(file: UploadFile):\n"
        "    target = FOLDER / f'{uuid4()}{Path(file.filename).suffix}'\n    target.write_bytes(await file.read())\n",
    ),
    python(
        "a stored file's name",
        FASTAPI + "@router.get('/files/{key}')\nasync def read(key: int):\n    stored = await files.get(key)\n"
        "    return FileResponse(FOLDER / stored.filename)\n",
    ),
    python(
        "one of a table's files",
        FLASK + "@bp.get('/export')\ndef export():\n    name = request.args.get('name', '')\n"
        "    return send_file(EXPORTS[name])\n",
    ),
]
