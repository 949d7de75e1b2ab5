export const id = 452;
export const ids = [452,806];
export const modules = {

/***/ 1952:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   R: () => (/* binding */ classicArguments),
/* harmony export */   X: () => (/* binding */ buildxArguments)
/* harmony export */ });
/* harmony import */ var _attestations_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6829);
/* harmony import */ var _exporters_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8118);
/* harmony import */ var _versions_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(9207);



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
    return !outputs.some((output) => /^(?:local|tar)$/.test((0,_exporters_js__WEBPACK_IMPORTED_MODULE_1__/* .parseExporter */ .j)(output)?.type ?? ''));
}
/** Before 0.10 there are no attestations, and so none that would have to be turned off. */
function attests(request, version) {
    return (0,_versions_js__WEBPACK_IMPORTED_MODULE_2__/* .atLeast */ .j)(version, '0.10.0') ? request.attests : request.attests.filter(_attestations_js__WEBPACK_IMPORTED_MODULE_0__/* .isEnabled */ .O);
}
function each(option, values) {
    return values.map((value) => `${option}=${value}`);
}
function one(value) {
    return value === null ? [] : [value];
}


/***/ }),

/***/ 6829:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   O: () => (/* binding */ isEnabled)
/* harmony export */ });
/* harmony import */ var _shared_boolean_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6369);
/* harmony import */ var _shared_csv_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9737);


/** Whether a value of `--attest` adds an attestation to the image, and so makes an index of it. */
function isEnabled(attest) {
    return (0,_shared_boolean_js__WEBPACK_IMPORTED_MODULE_1__/* .parseBoolean */ .y)((0,_shared_csv_js__WEBPACK_IMPORTED_MODULE_0__/* .attribute */ .lt)((0,_shared_csv_js__WEBPACK_IMPORTED_MODULE_0__/* .splitCsv */ .F8)(attest), 'disabled') ?? 'false') !== true;
}


/***/ }),

/***/ 9806:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   DD: () => (/* binding */ title),
/* harmony export */   Hg: () => (/* binding */ troubleIn),
/* harmony export */   buildWithBuildx: () => (/* binding */ buildWithBuildx)
/* harmony export */ });
/* unused harmony export parseMetadata */
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1455);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6760);
/* harmony import */ var _oci_types_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(5208);
/* harmony import */ var _again_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(2784);
/* harmony import */ var _arguments_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(1952);
/* harmony import */ var _exec_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(983);
/* harmony import */ var _failing_step_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(5243);
/* harmony import */ var _passing_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(7059);
/* harmony import */ var _secret_files_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(5932);









/**
 * Builds and pushes in one process.
 * @param version of buildx
 * @param layout whether the builder cannot push by digest, and leaves the image in a folder instead
 * @throws ActionError where the build or the push fails
 */
async function buildWithBuildx(request, version, layout, tools) {
    const { folder, env, workspace, annotate } = tools;
    const results = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.mkdtemp)(node_path__WEBPACK_IMPORTED_MODULE_1__.join(folder, 'build-'));
    const files = { metadata: node_path__WEBPACK_IMPORTED_MODULE_1__.join(results, 'metadata.json'), imageId: node_path__WEBPACK_IMPORTED_MODULE_1__.join(results, 'iid') };
    try {
        const secrets = await (0,_secret_files_js__WEBPACK_IMPORTED_MODULE_6__/* .writeSecrets */ .P)(request.secrets, results);
        const dest = layout ? await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.mkdtemp)(node_path__WEBPACK_IMPORTED_MODULE_1__.join(folder, 'layout-')) : null;
        const run = (built) => {
            const args = (0,_arguments_js__WEBPACK_IMPORTED_MODULE_4__/* .buildxArguments */ .X)(built ? fromCache(request) : request, { ...files, secrets, layout: dest }, version);
            return (0,_exec_js__WEBPACK_IMPORTED_MODULE_5__/* .execute */ .g7)('docker', args, { env: buildxEnvironment(env), group: title(request) });
        };
        const explain = async (error, attempts) => {
            const { explainBuildFailure } = await __webpack_require__.e(/* import() */ 517).then(__webpack_require__.bind(__webpack_require__, 2517));
            return explainBuildFailure(error, request, { workspace, annotate, attempts });
        };
        const { stderr } = await (0,_again_js__WEBPACK_IMPORTED_MODULE_3__/* .again */ .T)(run, (error) => troubleIn(error, request), explain, tools);
        const metadata = parseMetadata(await readIfThere(files.metadata));
        const findings = metadata?.['buildx.build.warnings'];
        const cached = request.cacheFrom.length + request.cacheTo.length > 0;
        if (cached || findings !== undefined) {
            const { annotateCacheErrors, annotateChecks } = await __webpack_require__.e(/* import() */ 366).then(__webpack_require__.bind(__webpack_require__, 4366));
            if (cached)
                annotateCacheErrors(stderr, annotate);
            annotateChecks(findings, request, workspace, annotate);
        }
        const digest = metadata?.['containerimage.digest'];
        const imageId = await readIfThere(files.imageId);
        return {
            digest: isDigest(digest) ? digest : null,
            imageId: isDigest(imageId) ? imageId : '',
            platform: platformOf(metadata),
            layout: dest,
            metadata: metadata ?? {},
        };
    }
    finally {
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.rm)(results, { recursive: true, force: true });
    }
}
/** What buildx passes on of the builder's answer, which may be anybody's; null where it is none. */
function parseMetadata(text) {
    try {
        const metadata = JSON.parse(text);
        return typeof metadata === 'object' && !Array.isArray(metadata) ? metadata : null;
    }
    catch {
        return null;
    }
}
const isDigest = (value) => typeof value === 'string' && _oci_types_js__WEBPACK_IMPORTED_MODULE_2__/* .DIGEST */ .Dh.test(value);
/**
 * The same build once more, when all of it has been built: every step is in the builder's cache, also one that was
 * told to build without reading it.
 */
function fromCache(request) {
    return { ...request, noCache: false, noCacheFilters: [], pull: false };
}
/** What a build said of a registry that failed it; null for all that is no registry's. */
function troubleIn({ stderr, stdout }, request) {
    if (request.call !== null)
        return null;
    const failure = (0,_failing_step_js__WEBPACK_IMPORTED_MODULE_7__/* .parseFailure */ .mH)(stderr, stdout);
    const phase = (0,_passing_js__WEBPACK_IMPORTED_MODULE_8__/* .phaseOf */ .hU)(failure);
    if (phase === null || failure.name === null || failure.reason === null)
        return null;
    const what = phase === 'push'
        ? `The push of ${request.references[0] ?? 'the image'}`
        : `The pull for ${failure.name.slice(0, 200)}`;
    return { what, phase, said: (0,_failing_step_js__WEBPACK_IMPORTED_MODULE_7__/* .shortReason */ .PR)(failure.reason) };
}
/** Only the descriptor of a single image has one. */
function platformOf(metadata) {
    const descriptor = metadata?.['containerimage.descriptor'];
    return (0,_oci_types_js__WEBPACK_IMPORTED_MODULE_2__/* .platformIn */ .NO)(descriptor?.platform);
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

/***/ 5452:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   buildWithoutBuildx: () => (/* binding */ buildWithoutBuildx)
/* harmony export */ });
/* unused harmony export pushedDigest */
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1455);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6760);
/* harmony import */ var _shared_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2730);
/* harmony import */ var _again_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(2784);
/* harmony import */ var _arguments_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(1952);
/* harmony import */ var _buildx_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(9806);
/* harmony import */ var _exec_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(983);
/* harmony import */ var _failing_step_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(5243);
/* harmony import */ var _secret_files_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(5932);









/**
 * Builds, then pushes tag by tag, with `docker` alone: for an engine that has no buildx.
 * @throws ActionError where the build or a push fails, or where two tags got different digests
 */
async function buildWithoutBuildx(request, builder, tools) {
    const { folder, env, workspace, annotate, variables } = tools;
    if (request.annotations.length > 0) {
        throw new _shared_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ("Input 'annotations' needs buildx, which this engine does not have.", 'install the docker-buildx plugin on the runner, or leave annotations out.');
    }
    const results = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.mkdtemp)(node_path__WEBPACK_IMPORTED_MODULE_1__.join(folder, 'build-'));
    try {
        const file = node_path__WEBPACK_IMPORTED_MODULE_1__.join(results, 'iid');
        const secrets = await (0,_secret_files_js__WEBPACK_IMPORTED_MODULE_7__/* .writeSecrets */ .P)(request.secrets, results, variables);
        const args = (0,_arguments_js__WEBPACK_IMPORTED_MODULE_4__/* .classicArguments */ .R)(request, { metadata: '', imageId: file, layout: null, secrets });
        const buildEnv = { ...env, DOCKER_BUILDKIT: builder === 'buildkit' ? '1' : '0' };
        await (0,_again_js__WEBPACK_IMPORTED_MODULE_3__/* .again */ .T)(() => (0,_exec_js__WEBPACK_IMPORTED_MODULE_6__/* .execute */ .g7)('docker', args, { env: buildEnv, group: (0,_buildx_js__WEBPACK_IMPORTED_MODULE_5__/* .title */ .DD)({ ...request, push: false }) }), (error) => (0,_buildx_js__WEBPACK_IMPORTED_MODULE_5__/* .troubleIn */ .Hg)(error, request), async (error, attempts) => {
            const { explainBuildFailure } = await __webpack_require__.e(/* import() */ 517).then(__webpack_require__.bind(__webpack_require__, 2517));
            return explainBuildFailure(error, request, { workspace, annotate, attempts });
        }, tools);
        const imageId = (await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.readFile)(file, 'utf8').catch(() => '')).trim();
        const [digest, platform] = await Promise.all([
            request.push ? pushAll(request.references, tools) : null,
            request.push ? platformOf(imageId, tools.engineEnv) : null,
        ]);
        return {
            digest,
            imageId,
            platform,
            layout: null,
            metadata: {
                'containerimage.config.digest': imageId,
                'image.name': request.references.join(','),
                ...(digest === null ? {} : { 'containerimage.digest': digest }),
            },
        };
    }
    finally {
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.rm)(results, { recursive: true, force: true });
    }
}
async function platformOf(imageId, env) {
    const format = '{{.Os}} {{.Architecture}} {{.Variant}}';
    try {
        const { stdout } = await (0,_exec_js__WEBPACK_IMPORTED_MODULE_6__/* .execute */ .g7)('docker', ['image', 'inspect', '--format', format, '--', imageId], {
            env,
        });
        const [os, architecture, variant] = stdout.trim().split(' ');
        if (!os || !architecture)
            return null;
        return { os, architecture, ...(variant ? { variant } : {}) };
    }
    catch (error) {
        if (error instanceof _exec_js__WEBPACK_IMPORTED_MODULE_6__/* .ProcessError */ .yI)
            return null;
        throw error;
    }
}
async function pushAll(references, tools) {
    const digests = new Map();
    for (const reference of references) {
        await tools.renewal?.refresh();
        const { stdout } = await pushOne(reference, tools);
        const digest = pushedDigest(stdout);
        if (digest === null) {
            throw new _shared_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ(`docker pushed ${reference} without saying its digest.`, 'update Docker on the runner; 20.10 and later are known to work.');
        }
        digests.set(reference, digest);
    }
    const [first, ...others] = new Set(digests.values());
    if (first === undefined || others.length > 0) {
        const list = [...digests].map(([reference, digest]) => `${reference} ${digest}`).join(', ');
        throw new _shared_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ(`The tags were pushed with different digests: ${list}`, 'run the job again.');
    }
    return first;
}
/** `v1: digest: sha256:… size: 527`, the last line of `docker push`. */
function pushedDigest(stdout) {
    return /: digest: (sha256:[0-9a-f]{64}) size: \d+\s*$/.exec(stdout)?.[1] ?? null;
}
async function pushOne(reference, tools) {
    const what = `The push of ${reference}`;
    return (0,_again_js__WEBPACK_IMPORTED_MODULE_3__/* .again */ .T)(() => (0,_exec_js__WEBPACK_IMPORTED_MODULE_6__/* .execute */ .g7)('docker', ['push', '--', reference], { env: tools.pushEnv, group: `Push ${reference}` }), ({ stderr, stdout, message }) => {
        return { what, phase: 'push', said: (0,_failing_step_js__WEBPACK_IMPORTED_MODULE_8__/* .lastError */ .VS)(stderr) ?? (0,_failing_step_js__WEBPACK_IMPORTED_MODULE_8__/* .lastError */ .VS)(stdout) ?? message };
    }, async (error, attempts) => {
        const { explainDockerFailure } = await __webpack_require__.e(/* import() */ 517).then(__webpack_require__.bind(__webpack_require__, 2517));
        return explainDockerFailure(what, error, attempts);
    }, tools);
}


/***/ }),

/***/ 5243:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   PR: () => (/* binding */ shortReason),
/* harmony export */   VS: () => (/* binding */ lastError),
/* harmony export */   Z2: () => (/* binding */ locateInstruction),
/* harmony export */   mH: () => (/* binding */ parseFailure)
/* harmony export */ });
/* harmony import */ var _source_blocks_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3574);

/** More lines than this, and longer ones, are in the log, which is right above. */
const SHOWN = 20;
const LONGEST = 2000;
const shown = (lines) => lines.slice(-SHOWN).map((line) => line.slice(0, LONGEST));
/**
 * Reads the end of a build's output: BuildKit's plain progress, with buildx or with docker before 23.0, or the
 * legacy builder's steps.
 */
function parseFailure(stderr, stdout) {
    const lines = stderr.split(/\r?\n/);
    const reason = lastError(stderr) ?? lastError(stdout);
    const source = (0,_source_blocks_js__WEBPACK_IMPORTED_MODULE_0__/* .sourceBlocks */ .w)(lines).at(-1) ?? null;
    const name = failedStep(lines);
    if (name === null)
        return { ...legacyStep(stdout), reason, source };
    return { name, lines: writtenBy(lines, name), reason, source };
}
/**
 * The name in the block ` > NAME:` behind a ruler of six hyphens. Of several, as several platforms make them, the
 * first one: the others were canceled because of it or fail of the same.
 */
function failedStep(lines) {
    const at = lines.findIndex((line, index) => line === '------' && /^ > .*:$/.test(lines[index + 1] ?? ''));
    return at < 0 ? null : lines[at + 1].slice(3, -1);
}
/** `#7 0.208 text`, below `#7 NAME`: that block itself has fewer lines, or none, depending on the version. */
function writtenBy(lines, name) {
    const number = lines.map((line) => /^(#\d+) (.*)$/.exec(line)).find((match) => match?.[2] === name)?.[1];
    if (number === undefined)
        return [];
    return shown(lines
        .filter((line) => line.startsWith(`${number} `))
        .flatMap((line) => /^#\d+ \d+\.\d+ (.*\S.*)$/.exec(line)?.[1] ?? []));
}
/** `Step 2/3 : RUN make`, which the legacy builder prints before it runs it. */
function legacyStep(stdout) {
    const lines = stdout.split(/\r?\n/);
    const at = lines.findLastIndex((line) => /^Step \d+\/\d+ : /.test(line));
    if (at < 0)
        return { name: null, lines: [] };
    const [, number, instruction] = /^Step (\d+\/\d+) : (.*)$/.exec(lines[at]) ?? [];
    const written = lines.slice(at + 1).filter((line) => !/^ ---> |^Removing intermediate /.test(line));
    return {
        name: `[${number}] ${instruction}`,
        lines: shown(written.filter((line) => line.trim() !== '')),
    };
}
/** A command that failed is named already; what is left of the reason is how it ended. */
function shortReason(reason) {
    const code = /^.*(?:did not complete successfully: exit code: |^.*executor failed running .*: exit code: |returned a non-zero code: )(\d+)$/s.exec(reason)?.[1];
    if (code !== undefined)
        return `the command ended with exit code ${code}`;
    return reason.replace(/^(?:ERROR: |failed to build: |failed to solve(?: with frontend \S+)?: )+/, '');
}
/** The line that says why: the last `ERROR` or `error` line, else the last one. */
function lastError(output) {
    const lines = output
        .split(/\r?\n/)
        .map((line) => line.trim())
        .filter((line) => line !== '');
    const line = lines.findLast((candidate) => /^(?:ERROR|error|Error|denied|unauthorized|failed)\b/.test(candidate));
    return (line ?? lines.at(-1))?.slice(0, LONGEST) ?? null;
}
/**
 * Finds the lines of the instruction that failed, for a builder that does not show them.
 * @param step such as `[build 2/3] RUN make`
 * @returns null where no instruction is that one, or several are
 */
function locateInstruction(dockerfile, step) {
    const wanted = normal(step.replace(/^\[[^\]]*\] /, ''));
    const found = instructions(dockerfile).filter(({ text }) => normal(text) === wanted);
    return found.length === 1 ? (found[0] ?? null) : null;
}
/** A Dockerfile's instructions, each with the lines that it continues on. */
function instructions(dockerfile) {
    const result = [];
    const lines = dockerfile.split(/\r?\n/);
    for (let at = 0; at < lines.length; at++) {
        if (/^\s*(?:#|$)/.test(lines[at]))
            continue;
        const start = at;
        const parts = [];
        for (; at < lines.length; at++) {
            const line = lines[at];
            const comment = /^\s*#/.test(line);
            if (!comment)
                parts.push(line.replace(/\\\s*$/, ''));
            if (!comment && !/\\\s*$/.test(line))
                break;
        }
        result.push({
            line: start + 1,
            endLine: Math.min(at, lines.length - 1) + 1,
            text: parts.join(' ').trim(),
        });
    }
    return result;
}
function normal(text) {
    return text.replace(/\s+/g, ' ').trim();
}


/***/ }),

/***/ 5932:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   P: () => (/* binding */ writeSecrets)
/* harmony export */ });
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1455);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6760);
/* harmony import */ var _shared_csv_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(9737);
/* harmony import */ var _files_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(2851);




/**
 * Puts the values of secrets into files that only their owner reads.
 * @param folder goes when the build is done
 * @param env given where docker itself does not read variables: their values go into files too
 * @returns the values of `--secret`
 * @throws ActionError where the folder's disk is full
 */
async function writeSecrets(secrets, folder, env = null) {
    const specs = [];
    for (const [index, secret] of secrets.entries()) {
        if (secret.from === 'env' && env === null)
            specs.push((0,_shared_csv_js__WEBPACK_IMPORTED_MODULE_2__/* .joinCsv */ .hd)([`id=${secret.id}`, `env=${secret.name}`]));
        else if (secret.from === 'file')
            specs.push((0,_shared_csv_js__WEBPACK_IMPORTED_MODULE_2__/* .joinCsv */ .hd)([`id=${secret.id}`, `src=${secret.path}`]));
        else {
            const file = node_path__WEBPACK_IMPORTED_MODULE_1__.join(folder, `secret-${index}`);
            const value = secret.from === 'value' ? secret.value : (env?.[secret.name] ?? '');
            await (0,_files_js__WEBPACK_IMPORTED_MODULE_3__/* .writingUnder */ .hp)(folder, () => (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.writeFile)(file, value, { mode: 0o600, flag: 'wx' }));
            specs.push((0,_shared_csv_js__WEBPACK_IMPORTED_MODULE_2__/* .joinCsv */ .hd)([`id=${secret.id}`, `src=${file}`]));
        }
    }
    return specs;
}


/***/ }),

/***/ 3574:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   w: () => (/* binding */ sourceBlocks)
/* harmony export */ });
const RULER = /^-{20}$/;
const HEAD = /^(.+):(\d+)$/;
const SOURCE = /^ +(\d{1,9}) \| (>>>| {3})(?: (.*))?$/;
/**
 * Finds every block of the form
 *
 *     Dockerfile:2
 *     --------------------
 *        1 |     FROM scratch
 *        2 | >>> RUN false
 *     --------------------
 *
 * https://github.com/moby/buildkit/blob/master/solver/errdefs/source.go
 */
function sourceBlocks(lines) {
    const blocks = [];
    for (let at = 0; at < lines.length - 1; at++) {
        const head = HEAD.exec(lines[at]);
        if (head === null || !RULER.test(lines[at + 1]))
            continue;
        let end = at + 2;
        while (end < lines.length && !RULER.test(lines[end]))
            end++;
        if (end === lines.length)
            break;
        const marked = lines
            .slice(at + 2, end)
            .map((line) => SOURCE.exec(line))
            .filter((match) => match?.[2] === '>>>');
        const numbers = marked.map((match) => Number(match?.[1]));
        if (numbers.length > 0) {
            blocks.push({
                file: head[1],
                line: numbers[0],
                endLine: numbers.at(-1),
                text: marked.map((match) => match?.[3] ?? '').join('\n'),
                start: at,
                end: end + 1,
            });
        }
        at = end;
    }
    return blocks;
}


/***/ }),

/***/ 9207:
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
