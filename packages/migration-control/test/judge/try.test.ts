import { it } from 'vitest';
import { simulateRollout } from './simulated-rollout.js';
it('tries', () => {
  const watch = { steps: 5, windowsPerStep: 40, pairsPerWindow: 100 };
  for (const [name, world] of Object.entries({ equal: {}, cold: {isCold: true as const}, p10: {slowdown:1.1}, p25: {slowdown: 1.25}, p15:{slowdown:1.15}, p7:{slowdown:1.07} })) {
    const cpu = process.cpuUsage();
    const ends = Array.from({length: 200}, (_, seed) => simulateRollout({seed, ...world}, watch));
    const used = process.cpuUsage(cpu);
    const pairs = ends.filter(e=>e.isRolledBack).map(e=>e.pairs).sort((a,b)=>a-b);
    console.log(name, pairs.length, 'rolled back; pairs', pairs[pairs.length>>1], pairs[Math.floor(pairs.length*.99)], 'open', ends.reduce((s,e)=>s+e.openSteps,0)/200, 'cpu s', (used.user/1e6).toFixed(2));
    if (name!=='p25') console.log(ends[0].findings.map(f=>`${f.metric} ${f.estimate?.toFixed(3)} a ${f.against.evidence.toFixed(1)}/${f.against.needed.toFixed(1)} f ${f.inFavour.evidence.toFixed(1)}`).join('; '));
  }
});
