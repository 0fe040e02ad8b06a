/** The pages of a sign-in, one at a time: what a person sees, and what they send. */

export interface Page {
  status: number;
  heading: string | undefined;
  /** The refusal that the page shows. */
  alert: string | undefined;
  flow: string | undefined;
  markup: string;
  /** The markup with one blank in place of several. */
  text: string;
  /** Its content security policy. */
  policy: string | null;
  /** The address outside of the cloud that the response redirects to. */
  location: string | null;
  /** Sends the page's form, with what the person filled in and the button. */
  answer: (fields: Record<string, string>) => Promise<Page>;
}

/** Opens a page, or posts a form to it; does not follow redirects. */
export async function openPage(url: string, form?: Record<string, string>): Promise<Page> {
  const sent = form === undefined ? {} : { method: "POST", body: new URLSearchParams(form) };
  const response = await fetch(url, { redirect: "manual", ...sent });
  const markup = await response.text();
  const flow = /name="flow" value="([^"]+)"/u.exec(markup)?.[1];
  const action = /<form[^>]*\saction="([^"]+)"/u.exec(markup)?.[1] ?? "";
  return {
    status: response.status,
    heading: /<h1>([^<]+)<\/h1>/u.exec(markup)?.[1],
    alert: /role="alert">([^<]+)</u.exec(markup)?.[1],
    flow,
    markup,
    policy: response.headers.get("content-security-policy"),
    text: markup.replaceAll(/\s+/gu, " "),
    location: response.headers.get("location"),
    answer: (fields) => openPage(new URL(action, url).href, { flow: flow ?? "", ...fields }),
  };
}
