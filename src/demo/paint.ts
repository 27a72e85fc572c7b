/** Colours for code: texts, numbers and comments, and nothing cleverer. */

const PARTS = /(\/\/[^\n]*)|('(?:\\.|[^'\\])*')|(\b\d+(?:\.\d+)?\b)/g;
const KINDS = ['comment', 'string', 'number'];

/** The code as a node to put on the page. */
export function paint(code: string): HTMLElement {
  const painted = document.createElement('code');
  let done = 0;
  for (const match of code.matchAll(PARTS)) {
    painted.append(code.slice(done, match.index));
    const part = document.createElement('span');
    part.className = KINDS[match.slice(1).findIndex((group) => group !== undefined)] ?? '';
    part.textContent = match[0];
    painted.append(part);
    done = match.index + match[0].length;
  }
  painted.append(code.slice(done));
  return painted;
}
