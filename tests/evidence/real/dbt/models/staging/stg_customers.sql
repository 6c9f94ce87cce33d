select id as customer_id, lower(email) as email, phone, created_at from {{ source('crm', 'customers') }}
