export const id = 777;
export const ids = [777];
export const modules = {

/***/ 5117:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   R: () => (/* binding */ classicArguments),
/* harmony export */   X: () => (/* binding */ buildxArguments)
/* harmony export */ });
/* harmony import */ var _inputs_attestations_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6741);
/* harmony import */ var _inputs_exporters_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3054);
/* harmony import */ var _versions_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1596);



/**
 * The arguments of `docker buildx build`: a pure table from the request. Values are attached to their option, so
 * that none can be one itself.
 * @param version of buildx; what an older one does not know and does not need is left out
 */
function buildxArguments(request, files, version) {
    return [
        'buildx',
        'build',
        ...each('--allow', request.allow),
        ...each('--annotation', request.annotations),
        ...each('--build-context', request.buildContexts),
        ...each('--cache-to', request.cacheTo),
        ...each('--call', one(request.call)),
        ...each('--no-cache-filter', request.noCacheFilters),
        ...each('--attest', attests(request, version)),
        ...each('--builder', one(request.builder)),
        ...(request.load ? ['--load'] : []),
        ...pushing(request, files),
        ...each('--platform', request.platforms.length === 0 ? [] : [request.platforms.join(',')]),
        ...((0,_versions_js__WEBPACK_IMPORTED_MODULE_2__/* .atLeast */ .j)(version, '0.6.0') ? each('--metadata-file', [files.metadata]) : []),
        ...(hasImageId(request) ? each('--iidfile', [files.imageId]) : []),
        ...commonArguments(request, files),
    ];
}
/** The arguments of `docker build` on an engine without buildx. */
function classicArguments(request, files) {
    return [
        'build',
        ...each('--platform', request.platforms),
        ...(hasImageId(request) ? each('--iidfile', [files.imageId]) : []),
        ...commonArguments(request, files),
    ];
}
/** What both have. */
function commonArguments(request, files) {
    return [
        ...each('--add-host', request.addHosts),
        ...each('--build-arg', request.buildArgs),
        ...each('--cache-from', request.cacheFrom),
        ...each('--cgroup-parent', one(request.cgroupParent)),
        ...each('--file', one(request.file)),
        ...each('--label', request.labels),
        ...each('--network', one(request.network)),
        ...(request.noCache ? ['--no-cache'] : []),
        ...each('--output', request.outputs),
        ...(request.pull ? ['--pull'] : []),
        ...each('--secret', files.secrets),
        ...each('--shm-size', one(request.shmSize)),
        ...each('--ssh', request.ssh),
        ...each('--tag', request.byDigest ? [] : request.references),
        ...each('--target', one(request.target)),
        ...each('--ulimit', request.ulimits),
        '--',
        request.context,
    ];
}
/**
 * https://docs.docker.com/reference/cli/docker/buildx/build/#output,
 * https://github.com/moby/buildkit/blob/master/README.md#imageregistry
 */
function pushing({ push, byDigest, references }, { layout }) {
    if (!push)
        return [];
    if (!byDigest)
        return ['--push'];
    if (layout !== null)
        return [`--output=type=oci,tar=false,"dest=${layout}"`];
    const [name = ''] = references;
    return [`--output=type=image,name=${name},push-by-digest=true,name-canonical=true,push=true`];
}
/** Folders and tar archives have no image ID, and docker refuses to write one. */
function hasImageId({ outputs }) {
    return !outputs.some((output) => /^(?:local|tar)$/.test((0,_inputs_exporters_js__WEBPACK_IMPORTED_MODULE_1__/* .parseExporter */ .j)(output)?.type ?? ''));
}
/** Before 0.10 there are no attestations, and so none that would have to be turned off. */
function attests(request, version) {
    return (0,_versions_js__WEBPACK_IMPORTED_MODULE_2__/* .atLeast */ .j)(version, '0.10.0') ? request.attests : request.attests.filter(_inputs_attestations_js__WEBPACK_IMPORTED_MODULE_0__/* .isEnabled */ .O);
}
function each(option, values) {
    return values.map((value) => `${option}=${value}`);
}
function one(value) {
    return value === null ? [] : [value];
}


/***/ }),

/***/ 9777:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   D: () => (/* binding */ title),
/* harmony export */   buildWithBuildx: () => (/* binding */ buildWithBuildx)
/* harmony export */ });
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1455);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6760);
/* harmony import */ var _arguments_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(5117);
/* harmony import */ var _exec_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(4308);
/* harmony import */ var _secret_files_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(9815);





/**
 * Builds and pushes in one process.
 * @param version of buildx
 * @param layout whether the builder cannot push by digest, and leaves the image in a folder instead
 * @throws ActionError where the build or the push fails
 */
async function buildWithBuildx(request, version, layout, { folder, env, workspace, annotate }) {
    const results = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.mkdtemp)(node_path__WEBPACK_IMPORTED_MODULE_1__.join(folder, 'build-'));
    const files = { metadata: node_path__WEBPACK_IMPORTED_MODULE_1__.join(results, 'metadata.json'), imageId: node_path__WEBPACK_IMPORTED_MODULE_1__.join(results, 'iid') };
    try {
        const secrets = await (0,_secret_files_js__WEBPACK_IMPORTED_MODULE_4__/* .writeSecrets */ .P)(request.secrets, results);
        const dest = layout ? await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.mkdtemp)(node_path__WEBPACK_IMPORTED_MODULE_1__.join(folder, 'layout-')) : null;
        const args = (0,_arguments_js__WEBPACK_IMPORTED_MODULE_2__/* .buildxArguments */ .X)(request, { ...files, secrets, layout: dest }, version);
        const { stderr } = await (0,_exec_js__WEBPACK_IMPORTED_MODULE_3__/* .execute */ .g)('docker', args, { env: buildxEnvironment(env), group: title(request) });
        const metadata = JSON.parse((await readIfThere(files.metadata)) || 'null');
        const findings = metadata?.['buildx.build.warnings'];
        const cached = request.cacheFrom.length + request.cacheTo.length > 0;
        if (cached || findings !== undefined) {
            const { annotateCacheErrors, annotateChecks } = await __webpack_require__.e(/* import() */ 327).then(__webpack_require__.bind(__webpack_require__, 5327));
            if (cached)
                annotateCacheErrors(stderr, annotate);
            annotateChecks(findings, request, workspace, annotate);
        }
        const digest = metadata?.['containerimage.digest'];
        return {
            digest: typeof digest === 'string' ? digest : null,
            imageId: await readIfThere(files.imageId),
            platform: platformIn(metadata),
            layout: dest,
            metadata: metadata ?? {},
        };
    }
    catch (error) {
        if (!(error instanceof _exec_js__WEBPACK_IMPORTED_MODULE_3__/* .ProcessError */ .y))
            throw error;
        const { explainBuildFailure } = await __webpack_require__.e(/* import() */ 61).then(__webpack_require__.bind(__webpack_require__, 61));
        throw await explainBuildFailure(error, request, { workspace, annotate });
    }
    finally {
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.rm)(results, { recursive: true, force: true });
    }
}
/** Only the descriptor of a single image has one. */
function platformIn(metadata) {
    const descriptor = metadata?.['containerimage.descriptor'];
    const { os, architecture, variant } = descriptor?.platform ?? {};
    if (!os || !architecture)
        return null;
    return { os, architecture, ...(variant ? { variant } : {}) };
}
function buildxEnvironment(env) {
    return {
        // Lambda and others refuse an index, which attestations would make of a single platform's image. The user's
        // own setting counts.
        BUILDX_NO_DEFAULT_ATTESTATIONS: '1',
        // As docker/build-push-action: what the checks of a Dockerfile find stands beside its lines.
        ...(/^(?:0|f|false)$/i.test(env['DOCKER_BUILD_CHECKS_ANNOTATIONS'] ?? '')
            ? {}
            : { BUILDX_METADATA_WARNINGS: 'true' }),
        ...env,
    };
}
/** The name of the group in the log. */
function title(request) {
    if (request.call !== null)
        return `Asking the Dockerfile: ${request.call}`;
    return request.push ? 'Build and push' : 'Build';
}
async function readIfThere(file) {
    return (await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.readFile)(file, 'utf8').catch(() => '')).trim();
}


/***/ }),

/***/ 9815:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   P: () => (/* binding */ writeSecrets)
/* harmony export */ });
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1455);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6760);
/* harmony import */ var _csv_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(152);



/**
 * Puts the values of secrets into files that only their owner reads.
 * @param folder goes when the build is done
 * @param env given where docker itself does not read variables: their values go into files too
 * @returns the values of `--secret`
 */
async function writeSecrets(secrets, folder, env = null) {
    const specs = [];
    for (const [index, secret] of secrets.entries()) {
        if (secret.from === 'env' && env === null)
            specs.push((0,_csv_js__WEBPACK_IMPORTED_MODULE_2__/* .joinCsv */ .hd)([`id=${secret.id}`, `env=${secret.name}`]));
        else if (secret.from === 'file')
            specs.push((0,_csv_js__WEBPACK_IMPORTED_MODULE_2__/* .joinCsv */ .hd)([`id=${secret.id}`, `src=${secret.path}`]));
        else {
            const file = node_path__WEBPACK_IMPORTED_MODULE_1__.join(folder, `secret-${index}`);
            const value = secret.from === 'value' ? secret.value : (env?.[secret.name] ?? '');
            await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.writeFile)(file, value, { mode: 0o600, flag: 'wx' });
            specs.push((0,_csv_js__WEBPACK_IMPORTED_MODULE_2__/* .joinCsv */ .hd)([`id=${secret.id}`, `src=${file}`]));
        }
    }
    return specs;
}


/***/ }),

/***/ 1596:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   j: () => (/* binding */ atLeast)
/* harmony export */ });
/**
 * Whether a version is a wanted one or a later one. A pre-release counts as its release, and a build that has
 * no version (of a commit, or a distribution's `0.0.0+unknown`) as the newest.
 * @param version such as `0.13.1`, `v0.29.1-desktop.1`, `0.13.1+ds1-3`
 */
function atLeast(version, wanted) {
    const have = numbers(version);
    const want = numbers(wanted);
    if (have === null || want === null)
        return true;
    const differing = have.findIndex((number, index) => number !== want[index]);
    return differing < 0 || have[differing] > want[differing];
}
function numbers(version) {
    const match = /^v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(version);
    const result = match?.slice(1).map((number) => Number(number ?? '0'));
    return result?.some((number) => number > 0) ? result : null;
}


/***/ })

};
