/**
 * A duration as people read it, wherever one is written: `40 ms`, `0.4 s`, `38 s`, `2 min 5 s`, `5 min`. Limits that an
 * input sets are written in the input's own unit instead.
 * @param seconds not negative
 */
export function duration(seconds: number): string {
  if (seconds < 0.0995) return `${Math.round(seconds * 1000)} ms`
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  const rest = whole % 60
  return `${Math.floor(whole / 60)} min${rest === 0 ? '' : ` ${rest} s`}`
}
