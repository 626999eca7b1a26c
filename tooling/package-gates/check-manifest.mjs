const ALLOWED_FILES =
  /^(dist\/.+|dashboards\/[^/]+\.json|rules\/[^/]+\.yml|package\.json|README\.md|LICENSE|CHANGELOG\.md)$/;
const REQUIRED_FILES = ['README.md', 'LICENSE'];
const REQUIRED_FIELDS = ['description', 'keywords', 'license', 'engines', 'sideEffects', 'exports'];
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall', 'prepare'];

/**
 * What is in the tarball is what somebody can find and use: nothing that only this workspace
 * understands, nothing that runs on install.
 *
 * @param {import('./pack.mjs').Tarball} tarball
 */
export function checkManifest({ name, files, manifest }) {
  const faults = [];
  const text = JSON.stringify(manifest);
  for (const protocol of ['workspace:', 'catalog:', 'link:', 'file:']) {
    if (text.includes(`"${protocol}`)) faults.push(`package.json has "${protocol}..."`);
  }
  for (const file of files) {
    if (!ALLOWED_FILES.test(file)) faults.push(`${file} does not belong into the tarball`);
  }
  for (const file of REQUIRED_FILES) {
    if (!files.includes(file)) faults.push(`${file} is missing`);
  }
  for (const field of REQUIRED_FIELDS) {
    if (!Object.hasOwn(manifest, field)) faults.push(`package.json has no ${field}`);
  }
  for (const script of INSTALL_SCRIPTS) {
    if (manifest.scripts?.[script] !== undefined) faults.push(`it runs a script on ${script}`);
  }
  if (faults.length > 0) throw new Error(`${name}:\n  ${faults.join('\n  ')}`);
}
