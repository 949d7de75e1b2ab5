/**
 * Reads a boolean field of docker's (`push=…`, `disabled=…`), which is Go's: https://pkg.go.dev/strconv#ParseBool
 * @returns null for anything else, which docker refuses
 */
export function parseDockerBoolean(value: string): boolean | null {
  if (/^(?:1|t|T|true|True|TRUE)$/.test(value)) return true
  if (/^(?:0|f|F|false|False|FALSE)$/.test(value)) return false
  return null
}

/** A boolean of an exporter; an empty one turns it on: `push=` is `push=true`. */
export function isOn(value: string | undefined): boolean {
  return value === '' || (value !== undefined && parseDockerBoolean(value) === true)
}
