export const id = 900;
export const ids = [900];
export const modules = {

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

/***/ 7900:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  checkBuild: () => (/* binding */ checkBuild),
  lambdaWarning: () => (/* binding */ lambdaWarning)
});

// EXTERNAL MODULE: ./lib/shared/errors.js
var errors = __webpack_require__(2730);
// EXTERNAL MODULE: ./lib/docker/attestations.js
var attestations = __webpack_require__(6829);
// EXTERNAL MODULE: ./lib/docker/exec.js
var exec = __webpack_require__(983);
;// CONCATENATED MODULE: ./lib/docker/builder.js


/**
 * @param name null for the builder that docker uses by itself
 * @param env in which docker finds the user's builders
 * @throws ActionError where there is none of that name
 */
async function inspectBuilder(name, env) {
    try {
        const { stdout } = await (0,exec/* execute */.g7)('docker', ['buildx', 'inspect', ...(name === null ? [] : [name])], {
            env,
        });
        return parseBuilder(stdout);
    }
    catch (error) {
        if (!(error instanceof exec/* ProcessError */.yI))
            throw error;
        const said = error.stderr.trim().split('\n').at(-1) ?? error.message;
        throw new errors/* ActionError */.lZ(name === null
            ? `docker cannot tell which builder it would use: ${said}`
            : `Input 'builder': '${name}': there is no such builder: ${said}`, 'make one with docker/setup-buildx-action in a step before this one, and give its output name as the input builder; docker buildx ls shows those that are there.', { cause: error });
    }
}
/** The output is for people, and has no other form; later versions have added lines and changed none of these. */
function parseBuilder(text) {
    return {
        driver: /^Driver:\s+(\S+)/m.exec(text)?.[1] ?? 'docker',
        buildkitVersion: /^Build[Kk]it(?: version)?:\s+v?(\S+)/m.exec(text)?.[1] ?? null,
    };
}

// EXTERNAL MODULE: ./lib/shared/csv.js
var csv = __webpack_require__(9737);
// EXTERNAL MODULE: ./lib/docker/exporters.js
var docker_exporters = __webpack_require__(8118);
// EXTERNAL MODULE: ./lib/docker/versions.js
var versions = __webpack_require__(9207);
;// CONCATENATED MODULE: ./lib/docker/requirements.js




/**
 * The requirements of a build; none for a common one.
 * The versions are those whose release notes bring the option: https://github.com/docker/buildx/releases,
 * https://github.com/moby/buildkit/releases
 */
function requirementsOf(build, push, annotations = [], byDigest = false) {
    const from = (input, values, needs) => values.map((value) => ({ input, value, ...needs }));
    return [
        ...from('allow', build.allow, { classic: 'none' }),
        ...from('annotations', annotations, { buildx: '0.12.0', classic: 'none' }),
        ...from('build-contexts', build.buildContexts, { buildx: '0.8.0', classic: 'none' }),
        ...from('builder', one(build.builder), { classic: 'none' }),
        ...build.attests.flatMap(attestation),
        ...from('cache-from', build.cacheFrom.filter(hasType), { classic: 'none' }),
        ...build.cacheTo.map(cacheExport),
        ...from('cache', one(build.cache?.kind ?? null), {
            store: true,
            ...(build.cache?.kind === 'ecr' ? { buildkit: '0.12.0' } : {}),
            classic: 'none',
        }),
        ...from('call', one(build.call), { buildx: '0.15.0', classic: 'none' }),
        ...from('cgroup-parent', one(build.cgroupParent), { buildx: '0.7.0', classic: 'legacy' }),
        ...from('no-cache-filters', build.noCacheFilters, { buildx: '0.8.0', classic: 'none' }),
        ...build.outputs.map((output) => exporter(output, build, push)),
        ...several(build, push),
        ...(build.platforms.length > 1
            ? from('platforms', [build.platforms.join(',')], { store: true, classic: 'none' })
            : []),
        // Where the `docker` driver cannot push so, it can write an OCI layout.
        ...from('push-by-digest', byDigest ? ['true'] : [], {
            buildx: '0.10.0',
            buildkit: '0.11.0',
            store: true,
            classic: 'none',
        }),
        // The value is the secret's own, its id is not.
        ...build.secrets.map(({ id }) => ({ input: 'secrets', value: id, classic: 'buildkit' })),
        ...from('shm-size', one(build.shmSize), { buildx: '0.7.0', classic: 'legacy' }),
        ...from('ssh', build.ssh, { classic: 'buildkit' }),
        ...from('ulimit', build.ulimits, { buildx: '0.7.0', classic: 'legacy' }),
    ];
}
/** An attestation that is turned off asks for nothing. */
function attestation(attest) {
    if (!(0,attestations/* isEnabled */.O)(attest))
        return [];
    const type = (0,csv/* attribute */.lt)((0,csv/* splitCsv */.F8)(attest), 'type');
    const input = type === 'provenance' || type === 'sbom' ? type : 'attests';
    return [{ input, value: attest, buildx: '0.10.0', buildkit: '0.11.0', store: true, classic: 'none' }];
}
function cacheExport(value) {
    const inline = (0,csv/* attribute */.lt)((0,csv/* splitCsv */.F8)(value), 'type') === 'inline';
    return { input: 'cache-to', value, ...(inline ? {} : { store: true }), classic: 'none' };
}
function exporter(output, build, push) {
    const { type, destination } = (0,docker_exporters/* parseExporter */.j)(output) ?? { type: '', destination: null };
    // An engine without buildx either keeps an image or writes it to the disk.
    const alone = build.outputs.length === 1 && !push && (type === 'local' || type === 'tar');
    const store = type === 'oci' || (type === 'docker' && destination !== null);
    return {
        input: 'outputs',
        value: output,
        ...(store ? { store } : {}),
        classic: alone ? 'buildkit' : 'none',
    };
}
/** More than one result of the same build. */
function several({ outputs, load }, push) {
    const exporters = outputs.map((output) => (0,docker_exporters/* parseExporter */.j)(output));
    const pushing = push && !exporters.some((exporter) => /^(?:image|registry)$/.test(exporter?.type ?? ''));
    const loading = load && !exporters.some((exporter) => exporter?.type === 'docker' && exporter.destination === null);
    const count = outputs.length + (pushing ? 1 : 0) + (loading ? 1 : 0);
    if (count < 2)
        return [];
    const needs = { buildx: '0.13.0', buildkit: '0.13.0', classic: 'both' };
    const [input, value] = outputs.length > 0 ? ['outputs', outputs.join('\n')] : ['load', 'true'];
    return [{ input, value: `${value}`, ...needs }];
}
const SETUP = 'docker/setup-buildx-action in a step before this one';
/** The requirements that a builder does not meet, each as what is wrong with an input. */
function unmet(requirements, facts) {
    return requirements.flatMap((requirement) => {
        const message = problemWith(requirement, facts);
        return message === null ? [] : [{ input: requirement.input, value: requirement.value, message }];
    });
}
function problemWith(requirement, facts) {
    const { buildx, buildkit, store, classic } = requirement;
    if (facts.buildxVersion === null) {
        if (classic === 'both' || classic === facts.classic)
            return null;
        return `needs ${buildx === undefined ? 'buildx' : `buildx ${buildx} or later`}, which this runner's docker does not have; install it with ${SETUP}`;
    }
    if (buildx !== undefined && !(0,versions/* atLeast */.j)(facts.buildxVersion, buildx)) {
        return `needs buildx ${buildx} or later, and this runner has ${facts.buildxVersion}; update it with ${SETUP}`;
    }
    if (store === true && !facts.store) {
        return `the builder's driver (${facts.driver}) cannot do it without the containerd image store; use the builder of ${SETUP}, or turn the image store on ("features": {"containerd-snapshotter": true} in the engine's daemon.json)`;
    }
    if (buildkit !== undefined && facts.buildkitVersion !== null && !(0,versions/* atLeast */.j)(facts.buildkitVersion, buildkit)) {
        return `needs BuildKit ${buildkit} or later, and the builder has ${facts.buildkitVersion}; update it, or use the builder of ${SETUP}`;
    }
    return null;
}
function hasType(cache) {
    return (0,csv/* attribute */.lt)((0,csv/* splitCsv */.F8)(cache), 'type') !== undefined;
}
function one(value) {
    return value === null ? [] : [value];
}

;// CONCATENATED MODULE: ./lib/docker/preflight.js




/**
 * Checks that this docker can do all that a build asks for. A builder is asked for only where it decides.
 * @param env for a docker that speaks to the builder
 * @returns the builder's driver, `docker` where nobody needed to ask
 * @throws InputError with every input that this docker cannot do, and what is needed for it
 * @throws ActionError where there is no builder of the wanted name
 */
async function checkBuild(build, { push, byDigest, annotations }, engine, env) {
    const requirements = requirementsOf(build, push, annotations, byDigest);
    const stored = requirements.some(({ store }) => store === true);
    const asks = engine.buildxVersion !== null &&
        (build.builder !== null || (stored && !engine.containerdStore) || (push && (build.load || byDigest)));
    const builder = asks ? await inspectBuilder(build.builder, await env()) : null;
    const driver = builder?.driver ?? 'docker';
    const problems = unmet(requirements, {
        buildxVersion: engine.buildxVersion,
        classic: engine.classic,
        store: engine.containerdStore || driver !== 'docker',
        driver,
        buildkitVersion: builder?.buildkitVersion ?? null,
    });
    if (problems.length > 0)
        throw new errors/* InputError */.dz(problems);
    return { driver };
}
/**
 * What the user would learn from Lambda otherwise: it takes an image of one platform, and no index. Several
 * platforms are plainly not for Lambda; an attestation can be overlooked, and so is a warning.
 * https://docs.aws.amazon.com/lambda/latest/dg/images-create.html
 * @returns null where the inputs make a plain image
 */
function lambdaWarning(build) {
    const several = build.platforms.length > 1;
    if (!several && !build.attests.some(attestations/* isEnabled */.O))
        return null;
    const why = several
        ? `several platforms (${build.platforms.join(', ')})`
        : 'an attestation (provenance, sbom or attests)';
    return {
        kind: several ? 'notice' : 'warning',
        message: `The image becomes an index because of ${why}. ECS, EKS and App Runner take it; AWS Lambda takes only an image of one platform without attestations.`,
    };
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
