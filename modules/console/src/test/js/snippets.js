/** The code of a page of the documentation, block by block. */
import { readFile } from "node:fs/promises";

const BLOCK = /(?:<!-- sends: (?<sends>[^>]*) -->\n)?```(?<language>js|jsx|html)\n(?<code>.*?)```/gs;

export async function snippetsOf(file) {
  const text = await readFile(new URL(file, new URL("../../../", import.meta.url)), "utf8");
  let heading = "";
  return [...text.matchAll(BLOCK)].map(({ groups: { sends, language, code }, index }) => {
    heading = /.*^#+ (.*?)$/ms.exec(text.slice(0, index))?.[1] ?? heading;
    return { heading, language, code, sends: sends?.split(", ") ?? [] };
  });
}
