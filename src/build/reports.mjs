/**
 * Reads the JSON reports of the test runners into one shape. Pure, so that reports.test.ts can show that no failure is
 * lost: a file that does not load, a test that times out and an error outside every test are failures as well.
 *
 * @typedef {{ passed: number, failures: string[], skipped: string[] }} Report names of the tests, full titles
 */

/**
 * Vitest's `json` reporter. A file that fails to load has no assertions, only a message.
 * @param {{ testResults: { name: string, status: string, message?: string,
 *   assertionResults: { fullName: string, status: string }[] }[], success: boolean }} json
 * @returns {Report}
 */
export function readVitest(json) {
  /** @type {Report} */
  const report = { passed: 0, failures: [], skipped: [] };
  for (const file of json.testResults) {
    const known = report.failures.length;
    for (const test of file.assertionResults) {
      if (test.status === 'passed') report.passed++;
      else if (test.status === 'failed') report.failures.push(test.fullName);
      else report.skipped.push(test.fullName);
    }
    if (file.status === 'failed' && report.failures.length === known) {
      report.failures.push(`${file.name}: ${file.message?.split('\n')[0] ?? 'did not load'}`);
    }
  }
  if (!json.success && report.failures.length === 0) report.failures.push('an error outside every test');
  return report;
}

/**
 * @typedef {{ title: string, file?: string, specs?: { title: string, tests: { status: string }[] }[], suites?: Suite[] }} Suite
 */

/**
 * Playwright's `json` reporter: suites in suites. 'flaky' cannot happen without retries and is not taken for success.
 * @param {{ suites: Suite[], errors?: { message?: string }[] }} json
 * @returns {Report}
 */
export function readPlaywright(json) {
  /** @type {Report} */
  const report = { passed: 0, failures: [], skipped: [] };
  /** @param {Suite} suite @param {string[]} titles */
  const walk = (suite, titles) => {
    for (const spec of suite.specs ?? []) {
      const name = [...titles, spec.title].join(' > ');
      for (const test of spec.tests) {
        if (test.status === 'expected') report.passed++;
        else if (test.status === 'skipped') report.skipped.push(name);
        else report.failures.push(name);
      }
    }
    for (const inner of suite.suites ?? []) walk(inner, [...titles, inner.title]);
  };
  for (const suite of json.suites) walk(suite, [suite.title]);
  for (const error of json.errors ?? []) {
    report.failures.push(error.message?.split('\n')[0] ?? 'an error outside every test');
  }
  return report;
}

/**
 * Our own runners (the kernel judge, say) write the shape itself.
 * @param {Partial<Report>} json
 * @returns {Report}
 */
export function readPlain(json) {
  if (typeof json.passed !== 'number' || !Array.isArray(json.failures) || !Array.isArray(json.skipped)) {
    throw new Error('not a report: needs passed, failures and skipped');
  }
  return { passed: json.passed, failures: json.failures, skipped: json.skipped };
}
