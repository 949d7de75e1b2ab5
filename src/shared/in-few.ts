/**
 * So many messages of one kind are annotations of their own: GitHub shows 10 of a step, and others have to find a place.
 * https://github.com/actions/toolkit/blob/main/docs/problem-matchers.md#limitations
 */
const MOST_ALONE = 3
/** Of more, so many are in the one annotation. */
const SHOWN = 5

/**
 * Tells a list whose length others decide: a few messages each for itself, more of them in one, and what that does not
 * show in the log.
 * @param tell shows a message on the run's page, and in the log
 */
export function tellInFew(
  messages: readonly string[],
  tell: (message: string) => void,
  log: (line: string) => void,
): void {
  if (messages.length <= MOST_ALONE) {
    for (const message of messages) tell(message)
    return
  }
  const shown = messages.length === SHOWN + 1 ? messages : messages.slice(0, SHOWN)
  const others = messages.slice(shown.length)
  for (const message of others) log(message)
  tell([...shown, ...(others.length === 0 ? [] : [`… and ${others.length} more, in the log`])].join('\n'))
}
