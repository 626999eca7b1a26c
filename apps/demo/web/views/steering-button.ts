import { html, nothing, type TemplateResult } from 'lit-html';

/** A button that steers. */
export interface SteeringButton {
  readonly label: string;
  /** Where it leads, after the label. */
  readonly detail?: string | undefined;
  readonly tone?: 'primary' | 'danger';
  readonly isOpen: boolean;
  /** A switch, and whether it is on. */
  readonly isPressed?: boolean;
  readonly press: () => void;
}

/** One that is not open stays where the keyboard has found it, says that it is not, and does nothing. */
export function steeringButton(button: SteeringButton): TemplateResult {
  const { label, detail, tone = '', isOpen, isPressed, press } = button;
  return html`<button
    type="button"
    class=${tone}
    aria-disabled=${isOpen ? 'false' : 'true'}
    aria-pressed=${isPressed === undefined ? nothing : String(isPressed)}
    @click=${() => {
      if (isOpen) press();
    }}
  >
    ${label}${detail === undefined ? nothing : html` <span>${detail}</span>`}
  </button>`;
}
