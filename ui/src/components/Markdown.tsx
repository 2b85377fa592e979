/** Markdown that somebody wrote, made of our own elements: HTML in it is shown as text, pictures as links, scripts never. */
import { type Token, type Tokens, lexer } from "marked";
import { type ReactNode, useMemo } from "react";
import { inert, safeLink } from "@/util/text";

const LONGEST = 400_000;

export function Markdown({ text }: { text: string }) {
  const tokens = useMemo(() => lexer(text.slice(0, LONGEST)), [text]);
  return <div className="prose">{blocks(tokens)}</div>;
}

function blocks(tokens: readonly Token[] | undefined): ReactNode {
  return tokens?.map((token, place) => <Block key={place} token={token} />);
}

function Block({ token }: { token: Token }): ReactNode {
  switch (token.type) {
    case "heading": {
      const { depth, tokens } = token as Tokens.Heading;
      const Heading = depth <= 1 ? "h3" : "h4";
      return <Heading style={{ fontSize: `${Math.max(0.9, 1.35 - depth * 0.1)}rem` }}>{inline(tokens)}</Heading>;
    }
    case "paragraph":
      return <p>{inline((token as Tokens.Paragraph).tokens)}</p>;
    case "text":
      return <>{inline((token as Tokens.Text).tokens ?? [token])}</>;
    case "code":
      return (
        <pre className="code" tabIndex={0}>
          <code>{(token as Tokens.Code).text}</code>
        </pre>
      );
    case "blockquote":
      return <blockquote>{blocks((token as Tokens.Blockquote).tokens)}</blockquote>;
    case "list": {
      const { ordered, items } = token as Tokens.List;
      const List = ordered ? "ol" : "ul";
      return (
        <List>
          {items.map((item, place) => (
            <li key={place}>
              {item.task && (item.checked ? "☑ " : "☐ ")}
              {blocks(item.tokens)}
            </li>
          ))}
        </List>
      );
    }
    case "table": {
      const { header, rows } = token as Tokens.Table;
      return (
        <div className="table-box" tabIndex={0} role="region" aria-label="Table">
          <table className="table">
            <thead>
              <tr>
                {header.map((cell, place) => (
                  <th key={place}>{inline(cell.tokens)}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row, place) => (
                <tr key={place}>
                  {row.map((cell, at) => (
                    <td key={at}>{inline(cell.tokens)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      );
    }
    case "hr":
      return <hr />;
    case "space":
      return null;
    default:
      return <p>{inert(token.raw, 20_000)}</p>;
  }
}

function inline(tokens: readonly Token[] | undefined): ReactNode {
  return tokens?.map((token, place) => <Inline key={place} token={token} />);
}

function Inline({ token }: { token: Token }): ReactNode {
  switch (token.type) {
    case "strong":
      return <strong>{inline((token as Tokens.Strong).tokens)}</strong>;
    case "em":
      return <em>{inline((token as Tokens.Em).tokens)}</em>;
    case "del":
      return <del>{inline((token as Tokens.Del).tokens)}</del>;
    case "codespan":
      return <code>{(token as Tokens.Codespan).text}</code>;
    case "br":
      return <br />;
    case "link":
      return <OutsideLink address={(token as Tokens.Link).href}>{inline((token as Tokens.Link).tokens)}</OutsideLink>;
    case "image": {
      const { href, text } = token as Tokens.Image;
      return (
        <OutsideLink address={href}>
          <span className="picture">Picture: {text || href}</span>
        </OutsideLink>
      );
    }
    case "text":
    case "escape": {
      const { tokens, text } = token as Tokens.Text;
      return tokens ? <>{inline(tokens)}</> : <>{unescaped(text)}</>;
    }
    default:
      return <>{token.raw}</>;
  }
}

const ENTITIES: Record<string, string> = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'" };

function unescaped(text: string): string {
  return text.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity);
}

/** A link that somebody wrote: to the web or to mail, in a new window that knows nothing of this one. */
export function OutsideLink({ address, children }: { address: unknown; children: ReactNode }) {
  const safe = safeLink(address);
  if (!safe) return <span title="This link leads nowhere that may be opened.">{children}</span>;
  return (
    <a className="link" href={safe} target="_blank" rel="noopener noreferrer nofollow" title={safe}>
      {children}
    </a>
  );
}
