/** `test FILE`: what is printed of the expectations of a Board document. */
import type { Message } from '../lib/message.ts';
import type { ExpectationResult } from '../engine/protocol.ts';

/** One line per expectation, where one fails the reason below it, and the sums at the end. */
export function testLines(
  results: readonly ExpectationResult[],
  print: (message: Message) => string,
  policies: (result: ExpectationResult) => readonly string[] = () => [],
): readonly string[] {
  const failed = results.filter(({ holds }) => !holds).length;
  return [
    ...results.flatMap((result) => [
      ...linesOf(result, print),
      ...(result.holds ? [] : policies(result).map((line) => `      ${line}`)),
    ]),
    `${results.length - failed} passed, ${failed} failed`,
  ];
}

function linesOf(result: ExpectationResult, print: (message: Message) => string): readonly string[] {
  const { from, to, protocol, size, sport, pick = [] } = result;
  const given = [
    protocol,
    ...(size === undefined ? [] : [`size ${size}`]),
    ...(sport === undefined ? [] : [`sport ${sport}`]),
    ...pick.map((choice) => `pick ${choice}`),
  ];
  const what = `${from} -> ${to} ${given.join(' ')}`;
  if (result.holds) return [`pass  ${what}: ${result.result}`];
  if ('refusal' in result) return [`FAIL  ${what}: ${print(result.refusal)}`];
  const { ended = 'nothing', missed, why } = result;
  const lines = [`FAIL  ${what}: ${ended}${ended === result.result ? '' : `, expected ${result.result}`}`];
  for (const device of missed) lines.push(`      it did not cross ${device}`);
  if (why) lines.push(`      ${print(why.sentence)} (${why.reason} in ${why.where})`);
  return lines;
}
