/** A labelled input that says what is wrong with it, and takes the focus when something is. */
import { useEffect, useRef } from 'react';
import { FieldError, Input, Label, Text, TextField } from 'react-aria-components';

/** @param error what is wrong, and what to do. */
export function Field({ label, description, error, placeholder, ...rest }: FieldProps) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (error !== undefined) input.current?.focus();
  }, [error]);
  return (
    <TextField {...rest} isInvalid={error !== undefined} isRequired className="flex flex-col gap-1">
      <Label className="font-medium">{label}</Label>
      <Input
        ref={input}
        placeholder={placeholder}
        spellCheck={false}
        className="input w-full border-control-line text-sm placeholder:text-muted data-[invalid]:border-error"
      />
      {description !== undefined && error === undefined && (
        <Text slot="description" className="text-xs text-muted">
          {description}
        </Text>
      )}
      <FieldError className="text-xs text-error">{error}</FieldError>
    </TextField>
  );
}

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly error: string | undefined;
  readonly description?: string;
  readonly placeholder?: string;
  readonly type?: 'text' | 'password';
  readonly autoComplete?: string;
  readonly maxLength?: number;
  readonly autoFocus?: boolean;
}
