/**
 * A line for the log in which the runner finds no command, whatever a registry, AWS or an event wrote into it: one
 * line, without control characters. The runner takes a line for a command if it begins with `::`, after any blanks,
 * or has `##[` anywhere.
 * https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
 */
export function logLine(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ')
    .replaceAll('##[', '## [')
    .replace(/^(\s*):(?=:)/, '$1: ')
}

/**
 * A text of others as a part of a line: without line breaks, control characters, and characters that are not seen or turn
 * the direction of what follows.
 */
export function withoutControls(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ')
}

/** The value of a workflow command, as the runner reads it back. */
export function commandValue(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}
