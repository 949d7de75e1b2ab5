export const id = 762;
export const ids = [762];
export const modules = {

/***/ 2762:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   privateScans: () => (/* binding */ privateScans)
/* harmony export */ });
/* harmony import */ var _aws_sdk_client_ecr__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(8249);
/* harmony import */ var _oci_content_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3760);
/* harmony import */ var _oci_media_types_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(261);
/* harmony import */ var _shared_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2730);
/* harmony import */ var _answers_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(9689);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(1733);
/* harmony import */ var _sdk_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(2378);







/** The most that one answer holds, and a bound on the answers that are asked for. */
const FINDINGS_PER_PAGE = 1000;
const MOST_PAGES = 20;
/** What buildx writes beside an image of an index: https://docs.docker.com/build/metadata/attestations/attestation-storage/ */
const ATTESTATION = { annotation: 'vnd.docker.reference.type', value: 'attestation-manifest' };
/** Scans of private ECR through the AWS SDK; its methods throw ActionErrors only. */
function privateScans(client, calling) {
    const target = ({ registryId, name }) => ({ registryId, repositoryName: name });
    const manifestOf = (repository, imageDigest) => calling('ecr:BatchGetImage', repository.name, async () => {
        const answer = await client.send(new _aws_sdk_client_ecr__WEBPACK_IMPORTED_MODULE_6__/* .BatchGetImageCommand */ .P8n({
            ...target(repository),
            imageIds: [{ imageDigest }],
            acceptedMediaTypes: _oci_media_types_js__WEBPACK_IMPORTED_MODULE_1__/* .MANIFEST_TYPES */ ._,
        }));
        const manifest = answer.images?.[0]?.imageManifest;
        if (manifest !== undefined)
            return manifest;
        const failure = answer.failures?.[0];
        throw new _shared_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ(`ECR does not give the manifest ${imageDigest} of ${repository.uri}: ${failure?.failureReason ?? 'no reason given'} (${failure?.failureCode ?? 'no image'}).`, 'a lifecycle rule or another job has deleted it since the push: look at the rules of the repository.');
    });
    const platforms = async (repository, digest, depth = 0) => {
        const { manifests } = readIndex(await manifestOf(repository, digest), depth);
        if (manifests === undefined)
            return [{ digest, platform: null }];
        const parts = manifests.filter((child) => !isAttestation(child));
        const nested = parts.map(async (child) => {
            if (_oci_media_types_js__WEBPACK_IMPORTED_MODULE_1__/* .INDEX_TYPES */ .V.includes(child.mediaType ?? ''))
                return platforms(repository, child.digest, depth + 1);
            return [{ digest: child.digest, platform: platformOf(child) }];
        });
        return (await Promise.all(nested)).flat();
    };
    return {
        async expectation(repository) {
            const [registry, own] = await Promise.allSettled([
                calling('ecr:GetRegistryScanningConfiguration', null, () => client.send(new _aws_sdk_client_ecr__WEBPACK_IMPORTED_MODULE_6__/* .GetRegistryScanningConfigurationCommand */ .Mhg({}))),
                calling('ecr:BatchGetRepositoryScanningConfiguration', repository.name, () => client.send(new _aws_sdk_client_ecr__WEBPACK_IMPORTED_MODULE_6__/* .BatchGetRepositoryScanningConfigurationCommand */ .TxZ({ repositoryNames: [repository.name] }))),
            ]);
            if (registry.status === 'rejected')
                return unknown(registry.reason);
            // Both calls know the caller's own registry only; a repository of the same name there would mislead.
            if (registry.value.registryId !== repository.registryId) {
                return {
                    type: null,
                    frequency: null,
                    because: `account ${repository.registryId} configures its scans`,
                };
            }
            if (own.status === 'rejected')
                return unknown(own.reason);
            const found = own.value.scanningConfigurations?.[0];
            const type = registry.value.scanningConfiguration?.scanType ?? 'BASIC';
            const frequency = found?.scanFrequency ?? (found?.scanOnPush ? 'SCAN_ON_PUSH' : 'MANUAL');
            return { type, frequency, because: null };
        },
        async images(repository, { digest, mediaType }) {
            if (mediaType !== null && !_oci_media_types_js__WEBPACK_IMPORTED_MODULE_1__/* .INDEX_TYPES */ .V.includes(mediaType))
                return [{ digest, platform: null }];
            return platforms(repository, digest);
        },
        findings(repository, imageDigest) {
            return calling('ecr:DescribeImageScanFindings', repository.name, async () => {
                const ask = { ...target(repository), imageId: { imageDigest }, maxResults: FINDINGS_PER_PAGE };
                try {
                    const first = await client.send(new _aws_sdk_client_ecr__WEBPACK_IMPORTED_MODULE_6__/* .DescribeImageScanFindingsCommand */ .TQ0(ask));
                    const pages = [first];
                    for (let at = first; at.nextToken && pages.length < MOST_PAGES; pages.push(at)) {
                        at = await client.send(new _aws_sdk_client_ecr__WEBPACK_IMPORTED_MODULE_6__/* .DescribeImageScanFindingsCommand */ .TQ0({ ...ask, nextToken: at.nextToken }));
                    }
                    return toAnswer(first, pages);
                }
                catch (error) {
                    if (!(0,_sdk_js__WEBPACK_IMPORTED_MODULE_5__/* .isNamed */ .ev)(error, 'ScanNotFoundException'))
                        throw error;
                    const said = (0,_errors_js__WEBPACK_IMPORTED_MODULE_4__/* .saidBy */ .TT)(error);
                    return { status: 'SCAN_NOT_FOUND', description: said, counts: {}, findings: [], hasFindings: false };
                }
            });
        },
        start(repository, imageDigest) {
            return calling('ecr:StartImageScan', repository.name, async () => {
                try {
                    await client.send(new _aws_sdk_client_ecr__WEBPACK_IMPORTED_MODULE_6__/* .StartImageScanCommand */ .Qc9({ ...target(repository), imageId: { imageDigest } }));
                    return null;
                }
                catch (error) {
                    // One scan of an image in 24 hours: what the last one found is there to be read.
                    if ((0,_sdk_js__WEBPACK_IMPORTED_MODULE_5__/* .isNamed */ .ev)(error, 'LimitExceededException'))
                        return (0,_errors_js__WEBPACK_IMPORTED_MODULE_4__/* .saidBy */ .TT)(error);
                    throw error;
                }
            });
        },
    };
}
/** Not to know what to expect is no reason to fail where it is only a permission that is missing. */
function unknown(reason) {
    if (!(0,_sdk_js__WEBPACK_IMPORTED_MODULE_5__/* .isDenied */ .GZ)(reason))
        throw reason;
    return { type: null, frequency: null, because: reason.message };
}
/** Indexes in indexes, deeper than anything that is made. */
const DEPTH = 8;
/** @throws ActionError for what is no manifest, or an index that contains itself */
function readIndex(manifest, depth) {
    const content = depth > DEPTH ? null : (0,_oci_content_js__WEBPACK_IMPORTED_MODULE_0__/* .contentOf */ .$)(manifest);
    if (content !== null)
        return content;
    throw (0,_answers_js__WEBPACK_IMPORTED_MODULE_3__/* .malformed */ .Qm)('a manifest that is none, or an index that has no end');
}
function isAttestation({ annotations, platform }) {
    if (annotations?.[ATTESTATION.annotation] === ATTESTATION.value)
        return true;
    return platform?.os === 'unknown' && platform.architecture === 'unknown';
}
function platformOf({ platform }) {
    if (platform === undefined)
        return null;
    return [platform.os, platform.architecture, platform.variant].filter(Boolean).join('/');
}
function toAnswer(first, pages) {
    const findings = pages.flatMap(({ imageScanFindings: page }) => [
        ...(page?.findings ?? []).map(basicFinding),
        ...(page?.enhancedFindings ?? []).filter(isOpen).flatMap(enhancedFindings),
    ]);
    const { imageScanStatus, imageScanFindings: found } = first;
    const given = found?.findingSeverityCounts;
    const counts = given ?? countEnhanced(pages);
    return {
        status: imageScanStatus?.status ?? 'IN_PROGRESS',
        description: imageScanStatus?.description ?? null,
        counts: Object.fromEntries(Object.entries(counts).filter(([, count]) => Number.isSafeInteger(count) && count > 0)),
        findings,
        hasFindings: found?.imageScanCompletedAt !== undefined || given !== undefined || findings.length > 0,
    };
}
/** For an answer without counts: findings are counted, not the packages that each of them names. */
function countEnhanced(pages) {
    const counts = new Map();
    for (const { imageScanFindings: page } of pages) {
        for (const { severity } of [
            ...(page?.findings ?? []),
            ...(page?.enhancedFindings ?? []).filter(isOpen),
        ]) {
            const name = severity ?? 'UNDEFINED';
            counts.set(name, (counts.get(name) ?? 0) + 1);
        }
    }
    return Object.fromEntries(counts);
}
function basicFinding(finding) {
    const attribute = (key) => finding.attributes?.find((one) => one.key === key)?.value ?? null;
    return {
        severity: finding.severity ?? 'UNDEFINED',
        name: finding.name ?? 'unnamed',
        package: attribute('package_name'),
        installed: attribute('package_version'),
        fixed: null,
    };
}
/** Inspector keeps what a suppression rule hides, and what is mended, among the findings. */
function isOpen({ status }) {
    return status === undefined || status === 'ACTIVE';
}
/** One finding may name several packages. */
function enhancedFindings(finding) {
    const details = finding.packageVulnerabilityDetails;
    const common = {
        severity: finding.severity ?? 'UNDEFINED',
        name: details?.vulnerabilityId ?? finding.title ?? 'unnamed',
    };
    const packages = details?.vulnerablePackages ?? [];
    if (packages.length === 0)
        return [{ ...common, package: null, installed: null, fixed: null }];
    return packages.map(({ name, epoch, version, release, fixedInVersion }) => ({
        ...common,
        package: name ?? null,
        installed: version === undefined ? null : `${epoch ? `${epoch}:` : ''}${version}${release ? `-${release}` : ''}`,
        fixed: fixedInVersion === undefined || fixedInVersion === 'NotAvailable' ? null : fixedInVersion,
    }));
}


/***/ }),

/***/ 3760:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $: () => (/* binding */ contentOf)
/* harmony export */ });
/* harmony import */ var _types_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5208);

/**
 * What a manifest says, where all that it says of others can be right: a digest and a size that are ones, since a
 * digest becomes a part of an address and a size a length.
 * https://github.com/opencontainers/image-spec/blob/main/descriptor.md#properties
 * @param given bytes or text, where it is one
 * @returns null for what is no manifest
 */
function contentOf(given) {
    const text = given instanceof Uint8Array ? Buffer.from(given).toString('utf8') : given;
    if (typeof text !== 'string')
        return null;
    let content;
    try {
        content = JSON.parse(text);
    }
    catch {
        return null;
    }
    if (!isObject(content))
        return null;
    const { config, subject, layers = [], blobs = [], manifests = [], mediaType = '', annotations } = content;
    const single = [config, subject].filter((descriptor) => descriptor !== undefined);
    const lists = [layers, blobs, manifests];
    const sound = typeof mediaType === 'string' &&
        (annotations === undefined || annotations === null || isObject(annotations)) &&
        lists.every((list) => Array.isArray(list) && list.every(isDescriptor)) &&
        single.every(isDescriptor);
    return sound ? content : null;
}
function isDescriptor(value) {
    if (!isObject(value))
        return false;
    const { mediaType, digest, size, platform, annotations } = value;
    return (typeof mediaType === 'string' &&
        typeof digest === 'string' &&
        _types_js__WEBPACK_IMPORTED_MODULE_0__/* .DIGEST */ .Dh.test(digest) &&
        Number.isSafeInteger(size) &&
        size >= 0 &&
        (platform === undefined || isPlatform(platform)) &&
        (annotations === undefined || annotations === null || isObject(annotations)));
}
function isPlatform(value) {
    if (!isObject(value))
        return false;
    const { os, architecture, variant, 'os.version': version } = value;
    return (typeof os === 'string' &&
        typeof architecture === 'string' &&
        [variant, version].every((text) => text === undefined || typeof text === 'string'));
}
function isObject(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}


/***/ })

};
