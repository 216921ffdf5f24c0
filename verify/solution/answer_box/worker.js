// The worker of a page: Pyodide, python-flint and the checker, from assets that the page hands over.
// It is the end of one function whose beginning is Pyodide's own code; see assets.py.

const ASSETS = "https://assets.invalid/"; // nothing is ever asked of it: `fetch` below answers from what was handed over
const pieces = new Map(); // name of an asset -> its pieces, each base64
const report = (message) => self.postMessage(message);

const bytesOf = (base64) => {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(base64);
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index += 1) bytes[index] = text.charCodeAt(index);
  return bytes;
};

const unpacked = (name) => {
  const packed = pieces.get(name).map(bytesOf);
  pieces.delete(name);
  return new Blob(packed).stream().pipeThrough(new DecompressionStream("gzip"));
};

const bytesOfAsset = async (name) => new Uint8Array(await new Response(unpacked(name)).arrayBuffer());

self.fetch = async (address) => {
  const name = String(address.url ?? address).slice(ASSETS.length);
  if (!String(address.url ?? address).startsWith(ASSETS) || !pieces.has(name)) throw new Error(`no asset ${address}`);
  const type = name.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
  return new Response(unpacked(name), { headers: { "Content-Type": type } });
};

let checker = null;

const start = async (warmUp) => {
  report({ stage: "starting Python", share: 0.1 });
  const pyodide = await self.loadPyodide({
    createPyodideModule: _createPyodideModule,
    indexURL: ASSETS,
    lockFileContents: PYODIDE_LOCK,
    stdout: () => {},
    stderr: () => {},
  });
  report({ stage: "starting exact arithmetic", share: 0.5 });
  pyodide.unpackArchive(await bytesOfAsset("python_flint.whl"), "wheel");
  pyodide.unpackArchive(await bytesOfAsset("verify.zip"), "zip", { extractDir: "/checker" });
  pyodide.runPython("import sys; sys.path.insert(0, '/checker'); import flint");
  report({ stage: "starting the checker", share: 0.9 });
  const answers = new TextDecoder().decode(await bytesOfAsset("answers.json"));
  checker = pyodide.pyimport("verify.in_page").Checker(answers);
  if (warmUp) checker.check(warmUp, "1");
  report({ ready: true });
};

self.onmessage = async ({ data }) => {
  try {
    if (data.pieces) for (const [name, texts] of Object.entries(data.pieces)) pieces.set(name, texts);
    if (data.start) await start(data.warmUp);
    if (data.check) report({ id: data.id, document: checker.check(data.check, data.response) });
  } catch (error) {
    report({ id: data.id, failed: String(error.message ?? error).trim().split("\n").pop() });
  }
};
