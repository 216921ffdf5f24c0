// Reads [[latex, display], …] as JSON; writes [{html} or {error, position}, …] in the same order.
import katex from "katex";

let text = "";
for await (const piece of process.stdin.setEncoding("utf8")) text += piece;

// Rows of a matrix that hold fractions would touch each other.
const macros = () => ({ "\\arraystretch": "1.25" });

const typeset = ([latex, displayMode]) => {
  try {
    const options = { displayMode, output: "htmlAndMathml", strict: "error", trust: false, macros: macros() };
    return { html: katex.renderToString(latex, options) };
  } catch (error) {
    if (!(error instanceof katex.ParseError)) throw error;
    return { error: error.rawMessage ?? error.message, position: error.position ?? null };
  }
};
process.stdout.write(JSON.stringify(JSON.parse(text).map(typeset)));
