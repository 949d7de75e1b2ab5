/** https://pkg.go.dev/github.com/distribution/reference#pkg-overview; a digest is checked by its form only. */
const REGISTRY = /(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[A-Fa-f0-9:]+\])(?::\d+)?/
const PATH_PART = /[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*/
const REFERENCE = new RegExp(
  `^(?:${REGISTRY.source}/)?${PATH_PART.source}(?:/${PATH_PART.source})*(?::[\\w][\\w.-]{0,127})?(?:@[A-Za-z][\\w+.-]*:[A-Fa-f0-9]{32,})?$`,
)

/** Whether docker reads a text as the name of an image: `registry.example:5000/team/app:v1`. */
export function isReference(text: string): boolean {
  return REFERENCE.test(text)
}
