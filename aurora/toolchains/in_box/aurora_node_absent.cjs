// What an error of a Node test says: that the code under test does not have something yet, that what the tests run in
// lacks something, or neither. The first is told from the test's own mistakes by where the value comes from that the
// failing line takes apart, read from the test's source by patterns.
//
// Standard library only, Node 20 and later; used by aurora_node_events.cjs, beside it.
"use strict";

const NO_TABLE =
  /no such (table|column)|has no column named|(relation|column) "?\S+"? (of relation \S+ )?does not exist|Unknown column|Table '[^']*' doesn't exist|The (table|column) `[^`]*` does not exist/i;
const NO_VIEW = /^Failed to lookup view |^template not found: |^No default engine was specified/;
const OF_CODES = ["42P01", "42703", "ER_NO_SUCH_TABLE", "ER_BAD_FIELD_ERROR", "P2021", "P2022", "P2025"];
/** What frameworks say of what the code does not have: a property, an entity, a provider, a row. */
const BY_TEXT =
  /^Property "[^"]+" was not found in|^No metadata for "|^Could not find any entity of type|^Nest could not find \w+ element|^Relation with property path|^No document found for query|^No record was found|^Unknown (?:argument|field) `|^Unknown (?:arg|field) |is not associated to|^column \w+ of relation|^association .* does not exist/im;
const OF_NOTHING = /^Cannot (?:read|set) propert(?:y|ies) (?:'\w+' )?of (?:undefined|null)|^Cannot destructure|is not iterable|^(?:undefined|null) is not/;
const OWN = /^(?:await )?(?:[{[\d'"`/]|new (?:Map|Set|Date|Array|Object)\b|Object\.|Array\.|Promise\.(?:resolve|reject)\b|JSON\.parse\(['"`]|structuredClone\(\s*\{|(?:globalThis|global|process|Math|Symbol|Reflect)\b|null\b|undefined\b|true\b|false\b)/;
const WORDS = new Set(["await", "expect", "assert", "strictEqual", "equal", "deepEqual", "return", "const", "let", "var", "if", "typeof"]);

const literally = (name) => name.replace(/\$/g, "\\$");

/** What a name was last given above a line; "" where it is a parameter or comes by an import. */
function given(name, source) {
  const word = literally(name);
  const all = [...source.matchAll(new RegExp(`(?:\\b(?:const|let|var)\\s+|[;\\n]\\s*)(?:${word}|[{[][^}\\]=]*\\b${word}\\b[^}\\]=]*[}\\]])\\s*(?::[^=\\n]+)?=(?!=)\\s*([^\\n]*)`, "g"))];
  return all.length ? all[all.length - 1][1].trim() : "";
}

/** Whether an expression's value comes out of the code under test: of a call, an import or a fixture, not of a literal. */
function fromCode(expression, source, depth = 6) {
  const text = expression.replace(/^(?:[\s(!+-]|(?:await|return|throw|yield|typeof|void)\b)+/, "");
  if (!text || depth === 0 || OWN.test(text)) return false;
  if (/^(?:require|import)\(/.test(text)) return !/^\w+\(\s*['"`]node:/.test(text);
  const name = /^[A-Za-z_$][\w$]*/.exec(text)?.[0];
  if (!name) return false;
  const own = new RegExp(`function\\s+${literally(name)}\\s*\\([^)]*\\)[^{]*\\{[^}]*?return\\s+([^\\n]+)|\\b${literally(name)}\\s*=\\s*(?:async\\s*)?\\([^)]*\\)\\s*=>\\s*([^\\n]+)`).exec(source);
  if (own) return fromCode((own[1] ?? own[2]).replace(/^\(\s*\{/, "{"), source, depth - 1);
  const value = given(name, source);
  if (value) return fromCode(value, source, depth - 1);
  return new RegExp(`import\\s[^;'"()]*\\b${literally(name)}\\b|\\(\\s*(?:async\\s*)?[^()]*\\b${literally(name)}\\b[^()]*\\)\\s*=>|\\b${literally(name)}\\s*=>|\\b(?:fetch|request)\\b`).test(source) || /^(fetch|request|supertest)$/.test(name);
}

/** The expressions of a line whose property `name` is read: back from it, over whole brackets, to where each begins. */
function owners(text, name) {
  const found = text.matchAll(new RegExp(`(?:[?!]?\\.|(?:\\?\\.)?\\[['"\`]?)${literally(name)}(?![\\w$])`, "g"));
  return [...found].map((one) => before(text, one.index)).filter(Boolean);
}

function before(text, end) {
  let depth = 0;
  let at = end - 1;
  for (; at >= 0; at--) {
    const sign = text[at];
    if (")]".includes(sign)) depth++;
    else if ("([".includes(sign)) {
      if (depth === 0) break;
      depth--;
    } else if (depth === 0 && !/[\w$.?!]/.test(sign)) break;
  }
  return text.slice(at + 1, end);
}

/** Whether a name holds a call that nobody awaited. */
function promised(expression, source) {
  const name = /^[A-Za-z_$][\w$]*/.exec(expression)?.[0];
  const value = name ? given(name, source) : "";
  return /^(?:request|supertest|fetch|chai\.request)\(|^[\w$.]+\.inject\(/.test(value) && !/\.then\(/.test(value);
}

/** {absent: the code lacks it} or {lacks: a name that code of the project lacks; whether it should have it only the plan
 * knows}. `source`: the test file up to the failing line; null where the error is no test file's. */
function lacked(error, source, text) {
  const message = error.message.split("\n")[0];
  if (NO_VIEW.test(message) || NO_TABLE.test(message) || OF_CODES.includes(error.code) || BY_TEXT.test(error.message)) {
    return { absent: true };
  }
  if (source === null) return {};
  const kind = `${error.name} ${error.stack}`;
  if (/\bJSON\b/.test(message) && /SyntaxError/.test(kind)) {
    return { absent: /\.json\(\)|JSON\.parse\(\s*[A-Za-z_$]/.test(text) && !/JSON\.parse\(\s*['"`]/.test(text) };
  }
  if (/^(?:\$?ZodError|ValidationError|ValiError)$/.test(error.name)) {
    const read = /(?:parse|parseAsync|validate|validateSync|assert)\(([^\n]*)/.exec(text)?.[1];
    return { absent: read !== undefined && fromCode(read, source) };
  }
  if (!/TypeError/.test(kind)) return {};
  if (OF_NOTHING.test(message)) {
    if (!error.thrownHere) return {}; // of what it was given: the test called something wrongly
    const read = /\((?:reading|setting) '([^']+)'\)/.exec(message)?.[1];
    const named = read === undefined ? [] : owners(text, read);
    const words = [...text.matchAll(/[A-Za-z_$][\w$.]*/g)].map((one) => one[0]);
    const roots = named.length ? named : words.filter((one) => !WORDS.has(one.split(".")[0]));
    return { absent: roots.some((one) => fromCode(one, source) && !promised(one, source)) };
  }
  const called = /^(.+)\.([\w$]+) is not a (?:function|constructor)/.exec(message);
  if (!called) return {};
  const from = [called[1], ...owners(text, called[2])].some((one) => fromCode(one, source));
  return from && !/^expect\(/.test(called[1]) ? { lacks: called[2] } : {};
}

const UNREACHABLE = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "P1001", "P1000"]);
const NOT_REACHED = /Can't reach database server|buffering timed out after|^(?:get|connect) E(?:CONNREFUSED|NOTFOUND)|password authentication failed|^database "[^"]+" does not exist|^role "[^"]+" does not exist/m;
const UNSET = /environment variable(?:s)?\b.{0,80}(?:not set|not found|missing|required|undefined)|(?:missing|required|undefined|set)\b.{0,40}\benvironment variable/i;

/** Whether what the tests run in lacks something. An error that a test file made for a mock is no such thing. */
function environment(error) {
  const own = /^\s*at (?:async )?(?:.*?\()?([^\s():]+:)?[^\s():]*/m.exec(error.stack ?? "")?.[0] ?? "";
  const made = /\.(?:test|spec)\.[cm]?[jt]sx?|(?:^|[/\\(])(?:tests?|__tests__|specs?)\//.test(own);
  if (made) return false;
  return UNREACHABLE.has(error.code) || NOT_REACHED.test(error.message) || UNSET.test(error.message);
}

module.exports = { environment, lacked };
