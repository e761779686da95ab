"""The portal: where customers and newcomers come in, and the demonstration's telephone, mailbox and shop."""
