"""Fields, origins and errors that pass unchecked, in Python and TypeScript; in TypeScript paths, too."""

from tests.support.gate_cases import Case

NODE = {"language": "node", "runner": "vitest", "root": ""}
FASTAPI = (
    "from fastapi import FastAPI, HTTPException\nfrom fastapi.responses import FileResponse\n\napp = FastAPI()\n\n"
)
FLASK = "from flask import Flask, jsonify, request, send_file\n\napp = Flask(__name__)\n\n"
EXPRESS = "import { Router } from 'express';\n\nconst router = Router();\n"
ALL = "every field that the request names"


def python(name: str, text: str, says: str = "", path: str = "app/api.py") -> Case:
    return Case(name, path, text, says=says)


def node(name: str, text: str, says: str = "", path: str = "src/orders.ts") -> Case:
    return Case(name, path, text, says=says, toolchain=NODE)


def handled(body: str, head: str = "router.post('/orders/:id', async (req, res) => {\n") -> str:
    return f"{EXPRESS}{head}{body}}});\n"


def catching(answer: str) -> str:
    head = f"{FASTAPI}@app.get('/a')\n"
    return f"{head}def a():\n    try:\n        return run()\n    except Exception as e:\n        {answer}\n"


BAD = [
    python(
        "setattr over the body",
        FLASK + "@app.patch('/users/<int:key>')\ndef change(key):\n    user = find(key)\n"
        "    for name, value in request.get_json().items():\n        setattr(user, name, value)\n    return ''\n",
        "sets every attribute",
    ),
    python(
        "setattr over a variable",
        FLASK + "@app.patch('/users/<int:key>')\ndef change(key):\n    user = find(key)\n    data = request.json\n"
        "    for name in data:\n        setattr(user, name, data[name])\n    return ''\n",
        "sets every attribute",
    ),
    python(
        "CORS of FastAPI",
        FASTAPI + "app.add_middleware(CORSMiddleware, allow_origins=['*'], allow_credentials=True)\n",
        "every origin",
    ),
    python("CORS of Flask", FLASK + "CORS(app, origins='*', supports_credentials=True)\n", "every origin"),
    python(
        "CORS of Django",
        "CORS_ALLOW_ALL_ORIGINS = True\nCORS_ALLOW_CREDENTIALS = True\n",
        "every origin",
        "shop/settings/production.py",
    ),
    python("DEBUG in production", "DEBUG = True\n", "DEBUG is on", "shop/settings/production.py"),
    python("an error in the detail", catching("raise HTTPException(500, detail=str(e))"), "text of any error"),
    python("an error in a dict", catching("return {'error': f'failed: {e}'}"), "text of any error"),
    python("a traceback", catching("return {'trace': traceback.format_exc()}"), "text of any error"),
    python(
        "everything hidden, as advice",
        "def f():\n    try:\n        g()\n    except Exception:\n        pass\n",
        "hides every",
    ),
    python(
        "all fields of a serializer, as advice",
        "class S(ModelSerializer):\n    class Meta:\n        model = User\n        fields = '__all__'\n",
        "All fields",
    ),
    node("the body as a row", handled("  res.json(await prisma.order.create({ data: req.body }));\n"), ALL),
    node("the body as a document", handled("  res.json(await Order.create(req.body));\n"), ALL),
    node("an update", handled("  res.json(await Order.findByIdAndUpdate(req.params.id, req.body));\n"), ALL),
    node("$set", handled("  res.json(await Order.updateOne({ id: 1 }, { $set: req.body }));\n"), ALL),
    node("Object.assign", handled("  const order = await find(1);\n  Object.assign(order, req.body);\n"), ALL),
    node("CORS", "app.use(cors({ origin: '*', credentials: true }));\n", "every origin"),
    node("CORS that mirrors", "app.use(cors({ origin: true, credentials: true }));\n", "every origin"),
    node("CORS of Nest", "app.enableCors({ origin: '*', credentials: true });\n", "every origin"),
    node(
        "a stack",
        handled("  try { await run(); } catch (err) { res.status(500).json({ error: err.stack }); }\n"),
        "text of any error",
    ),
    node(
        "a message",
        handled("  try { await run(); } catch (err) { res.status(500).json({ error: err.message }); }\n"),
        "text of any error",
    ),
    node("an empty catch, as advice", "export function f() { try { g(); } catch (e) {} }\n", "hides every error"),
    node(
        "a promise nobody waits for, as advice",
        "async function send() { await mail(); }\nexport async function f() {\n  send();\n  return 1;\n}\n",
        "is not awaited",
    ),
    node(
        "a method nobody waits for, as advice",
        "class A {\n  async send() { await mail(); }\n  async f() {\n    this.send();\n    return 1;\n  }\n}\n",
        "is not awaited",
    ),
]
GOOD = [
    python(
        "named fields",
        FLASK + "@app.patch('/users/<int:key>')\ndef change(key):\n    user = find(key)\n"
        "    data = UserSchema().load(request.get_json())\n    for name, value in data.items():\n"
        "        setattr(user, name, value)\n    return ''\n",
    ),
    python(
        "setattr over a model",
        FASTAPI + "@app.patch('/users/{key}')\ndef change(key: int, given: UserPatch):\n    user = find(key)\n"
        "    for name, value in given.model_dump(exclude_unset=True).items():\n        setattr(user, name, value)\n",
    ),
    python(
        "only known fields",
        FLASK + "@app.patch('/users/<int:key>')\ndef change(key):\n    user = find(key)\n"
        "    for name, value in request.json.items():\n        if name in OPEN:\n"
        "            setattr(user, name, value)\n"
        "    return ''\n",
    ),
    python(
        "CORS with names",
        FASTAPI + "app.add_middleware(CORSMiddleware, allow_origins=ORIGINS, allow_credentials=True)\n",
    ),
    python("CORS without credentials", FASTAPI + "app.add_middleware(CORSMiddleware, allow_origins=['*'])\n"),
    python("DEBUG in development", "DEBUG = True\n", path="shop/settings/dev.py"),
    python("DEBUG off", "DEBUG = False\n", path="shop/settings/production.py"),
    python("an error of one's own", catching("raise").replace("except Exception as e", "except OutOfStock as e")),
    python(
        "the text of an error of one's own",
        catching("raise HTTPException(409, detail=str(e))").replace("except Exception as e", "except OutOfStock as e"),
    ),
    python("a logged error", catching("log.exception('failed: %s', e)\n        raise HTTPException(500, 'failed')")),
    python("one error hidden", "def f():\n    try:\n        g()\n    except KeyError:\n        pass\n"),
    python("no handler", "def f():\n    try:\n        g()\n    except Exception as e:\n        return str(e)\n"),
    node("parsed first", handled("  const data = New.parse(req.body);\n  res.json(await Order.create(data));\n")),
    node("named fields of the body", handled("  res.json(await Order.create({ sku: req.body.sku }));\n")),
    node("a service", handled("  res.json(await orders.create(req.body));\n")),
    node("Object.assign of one's own", handled("  const order = Object.assign({}, defaults);\n  res.json(order);\n")),
    node("CORS with names", "app.use(cors({ origin: settings.origins, credentials: true }));\n"),
    node("CORS without credentials", "app.use(cors({ origin: '*' }));\n"),
    node("an error passed on", handled("  try { await run(); } catch (err) { next(err); }\n")),
    node(
        "words of one's own",
        handled("  try { await run(); } catch (err) { res.status(500).json({ error: 'failed' }); }\n"),
    ),
    node("a catch with a reason", "export function f() { try { g(); } catch (e) { /* not there: made below */ } }\n"),
    node("awaited", "async function send() { await mail(); }\nexport async function f() {\n  await send();\n}\n"),
    node("on purpose", "async function send() { await mail(); }\nexport async function f() {\n  void send();\n}\n"),
    node("caught", "async function send() { await mail(); }\nexport async function f() {\n  send().catch(log);\n}\n"),
    node("the program's start", "async function main() { await run(); }\nmain();\n"),
]
_OLD = catching("raise HTTPException(500, detail=str(e))")
_OLD_NODE = handled("  res.json(await Order.create(req.body));\n")
OLD = [
    Case("an old answer", "app/api.py", "# moved\n" + _OLD, _OLD),
    Case("an old row", "src/orders.ts", "// moved\n" + _OLD_NODE, _OLD_NODE, toolchain=NODE),
]
