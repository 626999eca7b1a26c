import { describeStep } from './stages/ladder.js';
import type { RollbackCertificate } from './rollback-certificate.js';

/** A certificate for people, in plain text. */
export function formatCertificate(certificate: RollbackCertificate): string {
  const { epoch, at } = certificate;
  const where = `${describeStep(certificate)}, epoch ${epoch}, ${new Date(at).toISOString()}`;
  if (certificate.isFresh) {
    return `Rollback certificate: ✔ fresh (${where})\n  ${certificate.statement}\n`;
  }
  const { obstacles, alternative } = certificate;
  return [
    `Rollback certificate: ✘ not fresh (${where})`,
    ...obstacles.map(({ kind, message }) => `  ${kind.padEnd(11)} ${message}`),
    `  → ${alternative.call}: ${alternative.message}`,
    '',
  ].join('\n');
}
