// Converts a JSON list of LaTeX formulas on standard input to a list of {typst} or {error}.
import { readFileSync } from "node:fs";
import { tex2typst } from "tex2typst";

function converted(tex) {
  try {
    return { typst: tex2typst(tex) };
  } catch (error) {
    return { error: error.message };
  }
}

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(converted)));
