-- Who is told, and when, is asked with every lead that is opened: kept like the other settings.
create trigger remind_emails_settings after insert or update or delete on remind_emails
  for each statement execute function bump_access_revision();

create trigger reminder_settings_settings after insert or update or delete on reminder_settings
  for each statement execute function bump_access_revision();
