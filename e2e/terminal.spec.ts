/** A terminal in a namespace, by keyboard. */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from './test.ts';

test.describe('a terminal', () => {
  test('a rule that is typed drops the next packet', async ({ board, page }) => {
    await board.openTerminal();
    await board.chooseTerminal('node1');
    await page.keyboard.type('iptables -I FORW');
    await page.keyboard.press('Tab');
    await expect(board.commandLine).toHaveValue('iptables -I FORWARD ');
    await board.command('-j DROP');
    await board.command('iptables -S FORWARD');
    await expect(board.terminal).toContainText('-A FORWARD -j DROP');
    await board.sendAndSee();
    await expect(board.result).toContainText('100% packet loss');
    await expect(board.sentence).toContainText('NETFILTER_DROP');
  });

  test('looks up a route, remembers what was typed, and names the nearest word', async ({ board, page }) => {
    await board.openTerminal();
    await board.chooseTerminal('node1');
    await board.command('ip route get 10.244.2.2');
    await expect(board.terminal).toContainText('10.244.2.2 via 10.244.2.0 dev flannel.1 src 10.244.1.0');
    await page.keyboard.press('ArrowUp');
    await expect(board.commandLine).toHaveValue('ip route get 10.244.2.2');
    await page.keyboard.press('ArrowDown');
    await board.command('ip ruote');
    await expect(board.terminal).toContainText('Object "ruote" is unknown, try "ip help".');
    await expect(board.terminal).toContainText('Nearest: “route”');
    await page.keyboard.press('Control+l');
    await expect(board.terminal).not.toContainText('ruote');
  });

  test('ping prints as its packets arrive, and Ctrl-C stops it', async ({ board, page }) => {
    await board.openTerminal();
    await board.command('ping -c 50 10.244.2.2');
    await expect(board.terminal).toContainText('PING 10.244.2.2');
    await expect(board.terminal).not.toContainText('icmp_seq=1');
    await expect(board.terminal).toContainText('running');
    await page.keyboard.press('Control+c');
    await expect(board.terminal).toContainText('--- 10.244.2.2 ping statistics ---');
    await expect(board.terminal).not.toContainText('running');
  });

  test('tcpdump prints what crosses its device from now on', async ({ board, page }) => {
    await board.openTerminal();
    await board.chooseTerminal('node1');
    await board.command('tcpdump -i flannel.1 icmp');
    await expect(board.terminal).toContainText('listening on flannel.1');
    await board.sendAndSee();
    await page.getByRole('tab', { name: 'Terminal' }).click();
    await expect(board.terminal).toContainText('ICMP echo reply');
    await board.commandLine.focus();
    await page.keyboard.press('Control+c');
    await expect(board.terminal).toContainText('2 packets captured');
  });
});

for (const scheme of ['light', 'dark'] as const) {
  test(`accessible in ${scheme}, with an error and words that fit`, async ({ board, page }) => {
    await page.emulateMedia({ colorScheme: scheme });
    await board.openTerminal();
    await board.command('ip ruote');
    await page.keyboard.type('ip ');
    await page.keyboard.press('Tab');
    await expect(page.getByRole('list', { name: 'Words that fit' })).toBeVisible();
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(
      violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => String(target)).join(' | ')}`),
    ).toEqual([]);
  });
}
