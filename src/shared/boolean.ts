/** Reads a boolean as YAML 1.2 writes it. @returns null for anything else */
export function parseBoolean(value: string): boolean | null {
  if (/^(?:true|True|TRUE)$/.test(value)) return true
  if (/^(?:false|False|FALSE)$/.test(value)) return false
  return null
}
