// Reads [[latex, display], …] as JSON; writes [{html} or {error, position}, …] in the same order.
import katex from "katex";

let text = "";
for await (const piece of process.stdin.setEncoding("utf8")) text += piece;

const typeset = ([latex, displayMode]) => {
  try {
    return { html: katex.renderToString(latex, { displayMode, output: "htmlAndMathml", strict: "error", trust: false }) };
  } catch (error) {
    if (!(error instanceof katex.ParseError)) throw error;
    return { error: error.rawMessage ?? error.message, position: error.position ?? null };
  }
};
process.stdout.write(JSON.stringify(JSON.parse(text).map(typeset)));
