/**
 * A size as people read it, wherever one is written: `999 B`, `1.21 kB`, `12.3 MB`. Decimal units, as the ECR console
 * shows sizes, with the digits that matter.
 * @param bytes not negative
 */
export function byteSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  // Rounded up, 999.95 kB would be 1000.0 kB.
  const [value, unit] =
    bytes < 999_950 ? [bytes / 1e3, 'kB'] : bytes < 999_950_000 ? [bytes / 1e6, 'MB'] : [bytes / 1e9, 'GB']
  return `${value < 9.995 ? value.toFixed(2) : value.toFixed(1)} ${unit}`
}
