// https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests (<reference> as a tag)
const TAG_PATTERN = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/

export const TAG_RULE =
  'a tag is 1 to 128 letters, digits, underscores, dots and hyphens, and does not start with a dot or a hyphen'

/** Whether ECR takes a text as a tag. */
export function isTag(text: string): boolean {
  return TAG_PATTERN.test(text)
}

/** Whether each character may be in a tag, wherever it stands. */
export function hasTagCharactersOnly(text: string): boolean {
  return /^[a-zA-Z0-9._-]*$/.test(text)
}

/** A run of characters that no tag may hold becomes one hyphen. The result may still be no tag: see isTag. */
export function sanitizeTag(text: string): string {
  return text.replace(/[^a-zA-Z0-9._-]+/g, '-')
}
