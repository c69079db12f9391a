import { expect, it } from 'vitest';
import { goJsonError } from './goJson.ts';

// as go 1.24 json.Unmarshal says; the first is in the log of a real flanneld (../shared/data/flannel/flannel/extra/bad-config)
it.each([
  ['{oops', "invalid character 'o' looking for beginning of object key string"],
  ['{"a" 1}', "invalid character '1' after object key"],
  ['{"a":1 "b":2}', "invalid character '\"' after object key:value pair"],
  ['[1 2]', "invalid character '2' after array element"],
  ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
  ['[1,]', "invalid character ']' looking for beginning of value"],
  ['{"a":tru}', "invalid character '}' in literal true (expecting 'e')"],
  ['{"a":"\n"}', String.raw`invalid character '\n' in string literal`],
  ['{"a":"\\x"}', "invalid character 'x' in string escape code"],
  ['{"a":01}', "invalid character '1' after object key:value pair"],
  ['{} x', "invalid character 'x' after top-level value"],
  ["{'a':1}", String.raw`invalid character '\'' looking for beginning of object key string`],
  ['{"a":', 'unexpected end of JSON input'],
  ['', 'unexpected end of JSON input'],
])('%j: %s', (text, error) => {
  expect(goJsonError(text)).toBe(error);
});

it.each([
  '{}',
  ' {"Network": "10.244.0.0/16", "Backend": {"Type": "vxlan", "VNI": 1}} ',
  '[1, -2.5e+3, "\\u00e9\\n", null]',
])('%s is JSON', (text) => {
  expect(goJsonError(text)).toBeUndefined();
});
