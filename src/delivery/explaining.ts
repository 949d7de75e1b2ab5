/**
 * Does something in a registry, and explains its failure.
 * @param what what is done and where, to begin the message with: `The push of sha256:… to HOST/NAME`
 * @throws ActionError in place of the registry's own error
 */
export async function explaining<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const { explainRegistryError } = await import('../registry/explain.ts')
    throw explainRegistryError(what, error)
  }
}
