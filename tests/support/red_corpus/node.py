"""Node: what a runner of any kind hands to the shared analysis, thrown by lines of a test file."""

FILES = {
    "package.json": '{"name": "shop", "type": "commonjs"}',
    "src/app.js": """
exports.users = () => [];
exports.find = () => undefined;
exports.client = { get: async () => ({ status: 404, body: {}, json: async () => ({}) }) };
exports.page = new Response("<p>not found</p>");
exports.service = {};
""",
}

TESTS = """
const { users, find, client, page, service } = require("../src/app.js");
const EXPECTED = { name: "Ada" };

const shown = async () => (await client.get("/users/1")).json();

exports.cases = {
  absent__field: async () => {
    const body = await (await client.get("/users/1")).json();
    return body.user.email;
  },
  absent__body: async () => {
    const response = await client.get("/users/1");
    return response.body.user.email;
  },
  absent__by_a_helper: async () => {
    const user = await shown();
    return user.address.city;
  },
  absent__destructured: async () => {
    const { user } = await (await client.get("/users/1")).json();
    return user.email;
  },
  absent__first_of_none: () => {
    return users()[0].email;
  },
  absent__nothing_found: () => {
    const user = find("Ada");
    return user.email;
  },
  absent__no_list: async () => {
    const body = await shown();
    for (const item of body.items) throw item;
  },
  absent__no_json: async () => {
    return await page.json();
  },
  absent__table: () => {
    throw Object.assign(new Error("SQLITE_ERROR: no such table: users"), { code: "SQLITE_ERROR" });
  },
  absent__view: () => {
    throw new Error('Failed to lookup view "users/show" in views directory "views"');
  },
  test_code__planned_function: () => {
    return service.createUser("Ada");
  },
  test_code__reference: () => {
    return usres[0];
  },
  test_code__own_object: () => {
    const wanted = { name: "Ada" };
    return wanted.address.city;
  },
  test_code__own_constant: () => {
    return EXPECTED.address.city;
  },
  test_code__own_array: () => {
    return [][0].name;
  },
  test_code__own_text: () => {
    return JSON.parse("{");
  },
  test_code__own_undefined: () => {
    let found = undefined;
    return found.name;
  },
};
"""

RUN = """
const { analyse } = require(process.argv[1]);
const { cases } = require(process.cwd() + "/tests/users.test.js");
const base = require("node:fs").realpathSync(process.cwd()) + "/";
const fs = require("node:fs");
const modules = fs.existsSync("node_modules") ? fs.realpathSync("node_modules") : base + "node_modules";
const portable = (text) =>
  text === undefined ? undefined : String(text).replaceAll(modules, "{BASE}/node_modules").replaceAll(base, "{BASE}/");
const plain = (value) => (["number", "string", "boolean"].includes(typeof value) ? value : undefined);
const written = (error) => ({
  name: error.name, message: portable(error.message), stack: portable(error.stack), code: error.code,
  errorCode: error.errorCode, actual: plain(error.actual),
  matcherResult: error.matcherResult && { actual: plain(error.matcherResult.actual) },
  cause: error.cause && written(error.cause), errors: error.errors && Array.from(error.errors, written),
});
(async () => {
  const told = {};
  for (const [name, body] of Object.entries(cases)) {
    try {
      await body();
      told[name] = { kind: "passed" };
    } catch (error) {
      told[name] = { ...analyse(error, "call"), raised: written(error) };
    }
  }
  process.stdout.write(JSON.stringify(told), () => process.exit(0)); // servers and pools stay open
})();
"""

REPLAY = """
const { analyse } = require(process.argv[1]);
const told = JSON.parse(require("node:fs").readFileSync(process.argv[2], "utf8").replaceAll("{BASE}", process.cwd()));
const read = Object.entries(told.cases).map(([name, raised]) => [name, analyse(raised, "call")]);
process.stdout.write(JSON.stringify(Object.fromEntries(read)));
"""
