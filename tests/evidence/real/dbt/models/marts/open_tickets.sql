select count(*) as tickets from {{ source('crm', 'tickets') }}
