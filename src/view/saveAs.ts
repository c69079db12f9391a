/** Hands a file to the browser, which puts it where its user keeps such things. */
export function saveAs(name: string, content: BlobPart, type: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // not at once: the browser reads it after the click
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, 10_000);
}
