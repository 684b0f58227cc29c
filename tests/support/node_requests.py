"""Paths, filters and rows that a request of Node says: cases of `input_validation`."""

from tests.support.gate_cases import Case

NODE = {"language": "node", "runner": "vitest", "root": ""}
EXPRESS = "import { Router } from 'express';\n\nconst router = Router();\n"


def node(name: str, text: str, says: str = "") -> Case:
    return Case(name, "src/orders.ts", text, says=says, toolchain=NODE)


def handled(body: str) -> str:
    return f"{EXPRESS}router.get('/orders/:id', async (req, res) => {{\n{body}}});\n"


BAD = [
    node("sendFile", handled("  res.sendFile(path.join(folder, req.params.name));\n"), "opens a path"),
    node(
        "readFile",
        handled("  const { name } = req.query;\n  const t = await fs.readFile(`data/${name}`);\n"),
        "opens",
    ),
    node("download", handled("  res.download('exports/' + req.query.file);\n"), "opens a path"),
    node(
        "an argument of a resolver",
        "export const resolvers = { Query: { text: async (_p, args) => readFile(`docs/${args.name}`) } };\n",
        "opens a path",
    ),
    node("the query as the filter", handled("  res.json(await Order.find(req.query));\n"), "whole query"),
    node(
        "all fields over a row",
        EXPRESS + "router.put('/o', async (req, res) => {\n  Object.assign(row, req.body);\n});\n",
    ),
]
GOOD = [
    node("basename", handled("  res.sendFile(path.join(folder, path.basename(req.params.name)));\n")),
    node("a root", handled("  res.sendFile(req.params.name, { root: folder });\n")),
    node("a file of one's own", handled("  const order = await find(req.params.id);\n  res.sendFile(order.path);\n")),
    node("a field of the query", handled("  res.json(await Order.find({ shop: String(req.query.shop) }));\n")),
]
