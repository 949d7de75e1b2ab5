/** @returns null for anything but YAML's booleans */
export function parseBoolean(value: string): boolean | null {
  if (/^(?:true|True|TRUE)$/.test(value)) return true
  if (/^(?:false|False|FALSE)$/.test(value)) return false
  return null
}
