import { CONTACT_FIELD_LABELS, type ContactField } from '#shared/contacts/contract.ts';
import { defineTextForm } from '../../domain/text-form';

export const contactForm = defineTextForm<ContactField>({ labels: CONTACT_FIELD_LABELS, required: ['name'] });
