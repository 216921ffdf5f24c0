// The checker of a page under Node: reads {archive, wheel, answers, rows} as JSON, writes one document for each row.
// Answers are judged by the same archive, wheel and Pyodide as in a browser.
import fs from "node:fs";
import { loadPyodide } from "pyodide";

const { archive, wheel, answers, rows } = JSON.parse(fs.readFileSync(0, "utf8"));
const bytes = (path) => new Uint8Array(fs.readFileSync(path));

const pyodide = await loadPyodide({ stdout: () => {}, stderr: () => {} });
pyodide.unpackArchive(bytes(wheel), "wheel");
pyodide.unpackArchive(bytes(archive), "zip", { extractDir: "/checker" });
pyodide.runPython("import sys; sys.path.insert(0, '/checker')");
const checker = pyodide.pyimport("verify.in_page").Checker(answers);
const documents = rows.map(([part, response]) => JSON.parse(checker.check(part, response)));
const loaded = pyodide.runPython("import sys; ' '.join(sorted(sys.modules))").split(" ");
process.stdout.write(JSON.stringify({ documents, loaded }));
