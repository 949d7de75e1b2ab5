/**
 * Whether a step of BuildKit's writes a cache, by its name: `exporting cache to registry`, `… to client directory`,
 * `… to Amazon S3`, `… to Azure Blob Storage`, but `exporting to GitHub Actions Cache`.
 * https://github.com/moby/buildkit/tree/v0.25.0/cache/remotecache (`Name()` of each)
 */
export const isCacheExportName = (name: string): boolean => /^exporting (?:cache\b|to .* cache$)/i.test(name)
