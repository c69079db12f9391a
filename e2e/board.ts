/** The page in the words of those who use it. Specs speak only through this object, so a change of the page is one change here. */
import { expect, type Locator, type Page } from '@playwright/test';

/** What the page is called in a language; the specs name people's words, not keys of a dictionary. */
const words = {
  en: {
    send: 'Send',
    from: 'From',
    to: 'To',
    play: 'Play',
    pause: 'Pause',
    forward: 'One step forward',
    back: 'One step back',
    toStart: 'To the start',
    toEnd: 'To the end',
    steps: 'All steps',
    open: 'Open your cluster',
    openAsBoard: 'Open as a board',
    pasteArea: 'Output of kubectl, as YAML or JSON',
    packet: 'Packet',
    yaml: 'YAML',
    editor: 'The cluster as YAML',
    result: 'Result',
    position: 'Position in time',
    problems: 'Problems',
    headers: 'Headers, from the outside in',
    terminalIn: 'Terminal in',
  },
} as const;
const w = words.en;

export class Board {
  readonly page: Page;
  /** everything the browser complained about; empty at the end of every test */
  readonly complaints: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(String(error)));
  }

  /** Opens the page and waits for its board. */
  async visit(path = './'): Promise<void> {
    await this.page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        // a warning that `complaints` hears, whatever the browser itself logs
        console.warn(`policy violation: ${event.violatedDirective} ${event.blockedURI}`);
      });
    });
    await this.page.goto(path);
    await this.ready();
  }

  async ready(): Promise<void> {
    await expect(this.picks.first()).toBeVisible();
  }

  /** Opens a board that comes with the page, by its title. */
  async openFromGallery(title: string): Promise<void> {
    await this.page.getByRole('button', { name: w.open }).click();
    await this.page.getByRole('button', { name: title, exact: true }).click();
    await expect(this.page.getByRole('dialog')).toBeHidden();
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this.ready();
  }

  // ---- parts ----
  get picks(): Locator {
    return this.page.locator('[data-pick]');
  }

  get send(): Locator {
    return this.page.getByRole('button', { name: w.send, exact: true });
  }

  get slider(): Locator {
    return this.page.getByRole('slider', { name: w.position });
  }

  get sentence(): Locator {
    return this.page.getByTestId('sentence');
  }

  get result(): Locator {
    return this.page.getByRole('region', { name: w.result });
  }

  get decidingRow(): Locator {
    return this.page.getByTestId('deciding-row');
  }

  get headers(): Locator {
    return this.page.getByRole('region', { name: w.headers });
  }

  get steps(): Locator {
    return this.page.getByRole('region', { name: w.steps }).getByRole('listitem');
  }

  get editor(): Locator {
    return this.page.getByRole('textbox', { name: w.editor });
  }

  get dialog(): Locator {
    return this.page.getByRole('dialog');
  }

  get diagnostics(): Locator {
    return this.page.getByRole('tabpanel').getByRole('list', { name: w.problems }).getByRole('listitem');
  }

  /** The problems that the open dialog lists. */
  get refusals(): Locator {
    return this.dialog.getByRole('list', { name: w.problems }).getByRole('listitem');
  }

  /** The line that is typed in the terminal. */
  get commandLine(): Locator {
    return this.page.getByRole('textbox', { name: /Command line of/ });
  }

  /** What the terminal has printed. */
  get terminal(): Locator {
    return this.page.getByRole('log');
  }

  // ---- verbs ----
  /** Opens the terminal with its key and types there, all by keyboard. */
  async openTerminal(): Promise<void> {
    await this.page.keyboard.press('t');
    await expect(this.commandLine).toBeFocused();
  }

  /** Types a command where the focus is. */
  async command(line: string): Promise<void> {
    await expect(this.commandLine).toBeFocused();
    await this.page.keyboard.type(line);
    await this.page.keyboard.press('Enter');
    await expect(this.commandLine).toHaveValue('');
  }

  /** Chooses whose terminal it is, and goes on in its line. */
  async chooseTerminal(ns: string): Promise<void> {
    await this.page.getByRole('combobox', { name: w.terminalIn }).selectOption(ns);
    await this.commandLine.focus();
  }

  /** Clicks a pod, node or client on the board; `endpoint` as the command line spells it. */
  async pick(endpoint: string): Promise<void> {
    await this.page.locator(`[data-pick="${endpoint}"]`).click();
  }

  async choose(protocol: 'ping' | 'TCP'): Promise<void> {
    await this.page.getByRole('radio', { name: protocol }).check();
  }

  /** Presses Send and waits for the result. */
  async sendIt(): Promise<void> {
    await this.send.click();
    await expect(this.sentence).toBeVisible();
  }

  /** Sends, and looks at the end at once: how it fared is not said before. */
  async sendAndSee(): Promise<void> {
    await this.sendIt();
    await this.toEnd();
  }

  async play(): Promise<void> {
    await this.page.getByRole('button', { name: w.play, exact: true }).click();
  }

  /** As quick as it goes; the keys belong to the page again. */
  async hurry(): Promise<void> {
    const speed = this.page.getByRole('slider', { name: 'Speed' });
    await speed.focus();
    await this.page.keyboard.press('End');
    await expect(speed).toHaveAttribute('aria-valuetext', '4×');
    await speed.blur();
  }

  async pause(): Promise<void> {
    const pause = this.page.getByRole('button', { name: w.pause, exact: true });
    if (await pause.isVisible()) await pause.click();
  }

  async forward(): Promise<void> {
    await this.page.getByRole('button', { name: w.forward }).click();
  }

  async back(): Promise<void> {
    await this.page.getByRole('button', { name: w.back }).click();
  }

  async toStart(): Promise<void> {
    await this.page.getByRole('button', { name: w.toStart }).click();
  }

  async toEnd(): Promise<void> {
    await this.page.getByRole('button', { name: w.toEnd }).click();
  }

  async openSteps(): Promise<void> {
    await this.page.getByRole('button', { name: w.steps }).click();
  }

  /** The number of the step that is told, and of how many. */
  async readStep(): Promise<{ readonly step: number; readonly of: number; readonly text: string }> {
    const value = (await this.slider.getAttribute('aria-valuetext')) ?? '';
    const [, step = 0, of = 0, text = ''] = /^Step (\d+) of (\d+): (.*)$/s.exec(value) ?? [];
    return { step: Number(step), of: Number(of), text: String(text) };
  }

  /** Goes to the first step of the list whose words match. */
  async goTo(words: RegExp): Promise<void> {
    if (!(await this.steps.first().isVisible())) await this.openSteps();
    await this.steps.filter({ hasText: words }).first().getByRole('button').first().click();
    await expect(this.sentence).toHaveText(words);
  }

  async showPacket(): Promise<void> {
    await this.page.getByRole('tab', { name: w.packet }).click();
  }

  async showYaml(): Promise<void> {
    await this.page.getByRole('tab', { name: w.yaml }).click();
    await expect(this.editor).toBeVisible();
  }

  /** Puts the cursor behind the first `text` and types there. */
  async typeAfter(text: string, typed: string): Promise<void> {
    await this.place(text);
    await this.page.keyboard.press('ArrowRight');
    await this.page.keyboard.type(typed);
  }

  /** Selects the first `text` of the editor and types over it. */
  async replace(text: string, typed: string): Promise<void> {
    await this.place(text);
    await this.page.keyboard.type(typed);
  }

  /** Replaces everything in the editor. */
  async write(text: string): Promise<void> {
    await this.editor.click();
    await this.page.keyboard.press('ControlOrMeta+a');
    await this.page.keyboard.insertText(text);
  }

  async openDialog(): Promise<void> {
    await this.page.getByRole('button', { name: w.open }).click();
    await expect(this.dialog).toBeVisible();
  }

  /** Pastes a text into the open dialog and opens it. */
  async paste(text: string): Promise<void> {
    await this.openDialog();
    await this.dialog.getByRole('textbox', { name: w.pasteArea }).fill(text);
    await this.dialog.getByRole('button', { name: w.openAsBoard }).click();
  }

  /** Drops a file on the page. */
  async drop(name: string, text: string): Promise<void> {
    const transfer = await this.page.evaluateHandle(
      ([fileName, content]) => {
        const data = new DataTransfer();
        data.items.add(new File([content], fileName, { type: 'application/yaml' }));
        return data;
      },
      [name, text] as const,
    );
    await this.page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
  }

  /** The names of the nodes that the board has, in its order: every one can be chosen as a source. */
  async nodes(): Promise<readonly string[]> {
    const ids = await this.page
      .getByRole('combobox', { name: w.from })
      .locator('option[value^="node/"]')
      .evaluateAll((all) => all.map((option) => option.getAttribute('value') ?? ''));
    return ids.map((id) => id.slice('node/'.length));
  }

  /** Searches with the editor's own search, and leaves the match selected. */
  private async place(text: string): Promise<void> {
    await this.editor.click();
    await this.page.keyboard.press('ControlOrMeta+Home');
    await this.page.keyboard.press('ControlOrMeta+f');
    await this.page.keyboard.type(text);
    await this.page.keyboard.press('Enter');
    await this.page.keyboard.press('Escape');
  }
}
