/**
 * A text that begins with one of these is a formula to a spreadsheet that opens a CSV file (OWASP, CSV injection);
 * the full-width forms are read as the plain ones by some.
 */
const formula = /^'*[=+\-@\t\r\n＝＋－＠]/
const defused = /^'+[=+\-@\t\r\n＝＋－＠]/

/** The text with an apostrophe before it, where a spreadsheet would take it for a formula, and where {@link restoreText} would take one away. */
export function defuseText(text: string): string {
  return formula.test(text) ? `'${text}` : text
}

/** The text as it was before {@link defuseText}. */
export function restoreText(text: string): string {
  return defused.test(text) ? text.slice(1) : text
}
